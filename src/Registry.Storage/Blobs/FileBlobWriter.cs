using Microsoft.Win32.SafeHandles;

namespace Registry.Storage.Blobs;

internal sealed class FileBlobWriter : IBlobWriter
{
    private readonly SafeFileHandle file;
    private readonly string path;
    private readonly DiskReserve reserve;
    private long position;
    private long checkedUpTo;

    private FileBlobWriter(SafeFileHandle file, string path, long position, DiskReserve reserve)
    {
        this.file = file;
        this.path = path;
        this.position = position;
        this.reserve = reserve;
        checkedUpTo = position;
    }

    /// <summary>Null if the file is shorter than <paramref name="offset"/> bytes, or missing when it is not 0.</summary>
    public static FileBlobWriter? TryOpen(string path, long offset, DiskReserve reserve)
    {
        if (offset > 0 && !File.Exists(path))
        {
            return null;
        }

        var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            var length = RandomAccess.GetLength(file);
            if (length < offset)
            {
                file.Dispose();
                return null;
            }

            if (length > offset)
            {
                RandomAccess.SetLength(file, offset);
            }

            return new FileBlobWriter(file, path, offset, reserve);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (position + bytes.Length > checkedUpTo)
        {
            reserve.Require();
            checkedUpTo = position + DiskReserve.Step;
        }

        // A buffered write(2) only copies into the page cache; the thread pool's detour costs more than it saves.
        RandomAccess.Write(file, bytes.Span, position);
        position += bytes.Length;
        return ValueTask.CompletedTask;
    }

    /// <summary>The page cache outlives the process. A power cut before the seal costs the upload, not more.</summary>
    public ValueTask SaveAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        try
        {
            RandomAccess.FlushToDisk(file);
            DirectorySync.Flush(Path.GetDirectoryName(path)!);
            return ValueTask.CompletedTask;
        }
        catch (IOException e)
        {
            // A sync that failed may have lost pages that a second one would not miss.
            throw new BytesLostException(e.Message, e);
        }
    }

    public ValueTask DisposeAsync()
    {
        file.Dispose();
        return ValueTask.CompletedTask;
    }
}
