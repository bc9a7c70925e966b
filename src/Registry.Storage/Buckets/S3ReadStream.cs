using Amazon.S3.Model;

namespace Registry.Storage.Buckets;

/// <summary>
/// The body of a GET. Each read has the time limit of a request, and ends with <see cref="S3Failure"/> when it is over, the connection breaks, or
/// the body ends before its announced length.
/// </summary>
internal sealed class S3ReadStream(GetObjectResponse response, long? length, string doing, S3Options options) : Stream
{
    private readonly Stream body = response.ResponseStream;

    // Null: the answer does not say it, and its end is the end. The SDK says 0 then, as of an object that is empty.
    private long? left = length ?? (response.ContentLength > 0 ? response.ContentLength : null);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (left == 0)
        {
            return 0;
        }

        using var limit = new CancellationTokenSource(options.RequestTimeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        int count;
        try
        {
            count = await body.ReadAsync(buffer, either.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && S3Problems.Explain(e, doing, options) is { } failure)
        {
            throw failure;
        }

        if (count == 0 && buffer.Length > 0 && left is not null)
        {
            throw new S3Failure(S3Problem.Unreachable, $"{doing}: the connection broke {left} bytes before the end.");
        }

        left -= count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>For readers that know no other way, such as a decompressor.</summary>
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

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
            response.Dispose();
        }

        base.Dispose(disposing);
    }
}
