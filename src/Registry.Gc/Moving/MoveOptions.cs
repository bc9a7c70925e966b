using System.ComponentModel;

namespace Registry.Gc.Moving;

/// <summary>How stored objects are moved to another blob store (section <c>Registry:Migration</c>).</summary>
public sealed record MoveOptions
{
    /// <summary>0: no limit.</summary>
    [Description("Bytes a second that a migration to another blob store copies at most; 0 for no limit.")]
    public long BytesPerSecond { get; init; } = 100 * 1024 * 1024;
}
