namespace Registry.Storage.Tests.Buckets;

/// <summary>Bytes that come in small pieces and do not say how many they are, as from a network; they may break off at the end.</summary>
internal sealed class UnseekableStream(byte[] bytes, bool breaksOff = false) : MemoryStream(bytes, writable: false)
{
    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override int Read(Span<byte> buffer) => Check(base.Read(buffer[..Math.Min(buffer.Length, 10_007)]));

    public override int Read(byte[] buffer, int offset, int count) => Check(base.Read(buffer, offset, Math.Min(count, 10_007)));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    private int Check(int count) => count > 0 || !breaksOff ? count : throw new IOException("The source broke off.");
}
