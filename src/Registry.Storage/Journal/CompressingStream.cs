using System.IO.Compression;
using System.Security.Cryptography;

namespace Registry.Storage.Journal;

/// <summary>Reads as the compressed bytes of another stream, which it hashes on the way; neither is ever held whole.</summary>
internal sealed class CompressingStream : Stream
{
    private const int BlockSize = 1024 * 1024;

    private readonly Stream source;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly MemoryStream compressed = new();
    private readonly GZipStream compressor;
    private readonly byte[] block = new byte[BlockSize];
    private bool isAtEnd;

    public CompressingStream(Stream source)
    {
        this.source = source;
        compressor = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true);
    }

    /// <summary>Bytes that were read from this.</summary>
    public long Written { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Written;
        set => throw new NotSupportedException();
    }

    /// <summary>SHA-256 of the other stream's bytes, when all of them were read.</summary>
    public string Digest() => Convert.ToHexStringLower(hash.GetCurrentHash());

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (compressed.Position == compressed.Length && !isAtEnd)
        {
            compressed.SetLength(0);
            var read = await source.ReadAsync(block, cancellationToken);
            hash.AppendData(block.AsSpan(0, read));
            compressor.Write(block.AsSpan(0, read));
            if (read == 0)
            {
                compressor.Dispose();
                isAtEnd = true;
            }

            compressed.Position = 0;
        }

        var count = compressed.Read(buffer.Span);
        Written += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("It is read asynchronously only.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            compressor.Dispose();
            compressed.Dispose();
            hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
