namespace Registry.Storage.Model;

/// <summary>What a manifest says of other content (image specification, "OCI Content Descriptors"). Size is in bytes.</summary>
public sealed record Descriptor(string? MediaType, Digest Digest, long Size);
