using System.Runtime.InteropServices;

namespace Registry.Storage.Blobs;

/// <summary>
/// fsync(2) of a folder: without it a new file's name may be lost in a power cut although its bytes are not. .NET has no
/// call for it. On Windows a folder cannot be flushed and NTFS journals names itself.
/// </summary>
internal static partial class DirectorySync
{
    private const int ReadOnlyCloseOnExec = 0x80000;

    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var handle = Open(directory, OperatingSystem.IsLinux() ? ReadOnlyCloseOnExec : 0);
        if (handle < 0)
        {
            throw Failure(directory);
        }

        try
        {
            if (Sync(handle) != 0)
            {
                throw Failure(directory);
            }
        }
        finally
        {
            _ = Close(handle);
        }
    }

    private static IOException Failure(string directory) =>
        new($"Cannot flush the folder '{directory}' to disk: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int handle);
}
