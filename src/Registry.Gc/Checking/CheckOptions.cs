using System.ComponentModel;

namespace Registry.Gc.Checking;

/// <summary>How stored bytes are read again to see whether they are right (section <c>Registry:Check</c>).</summary>
public sealed record CheckOptions
{
    /// <summary>Zero: never by itself.</summary>
    [Description("How often every blob is read again and compared with its digest, by itself; 00:00:00 for never.")]
    public TimeSpan ReadEvery { get; init; } = TimeSpan.FromDays(30);

    /// <summary>0: no limit.</summary>
    [Description("Bytes a second that checks read at most; 0 for no limit.")]
    public long BytesPerSecond { get; init; } = 20 * 1024 * 1024;
}
