using Registry.Gc.Retention;

namespace Registry.Gc.Policies;

/// <summary>A retention policy as it was set. The newest version holds.</summary>
public sealed record PolicyVersion(long Version, DateTimeOffset SetAt, string SetBy, RetentionPolicy Policy);
