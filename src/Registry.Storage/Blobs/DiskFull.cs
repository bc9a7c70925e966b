namespace Registry.Storage.Blobs;

/// <summary>How the system says that a disk is full: HResult is errno on Unix, and on Windows its error with 0x8007 in front.</summary>
internal static class DiskFull
{
    private const int NoSpaceLeft = 28;
    private const int QuotaExceededOnLinux = 122;
    private const int OnWindows = unchecked((int)0x80070070);
    private const int HandleOnWindows = unchecked((int)0x80070027);

    /// <summary>As which a refusal of our own is to be known.</summary>
    public static readonly int Code = OperatingSystem.IsWindows() ? OnWindows : NoSpaceLeft;

    public static bool Is(Exception e) => e is IOException
        && (e.HResult is NoSpaceLeft or OnWindows or HandleOnWindows || e.HResult == QuotaExceededOnLinux && OperatingSystem.IsLinux());
}
