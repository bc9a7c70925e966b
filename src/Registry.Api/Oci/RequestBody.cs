using System.IO.Pipelines;

namespace Registry.Api.Oci;

/// <summary>
/// The body of a request, for reading it to its end. A read is not cancelled by a token: Kestrel ends it by itself when the
/// client hangs up, and its reader, once a token has torn it out of a read, is still "reading" when Kestrel drains what is
/// left of the body, which then stands as an error in the log.
/// </summary>
internal sealed class RequestBody(HttpRequest request) : PipeReader
{
    private readonly PipeReader body = request.BodyReader;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => body.ReadAsync(CancellationToken.None);

    public override bool TryRead(out ReadResult result) => body.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => body.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => body.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => body.CancelPendingRead();

    public override void Complete(Exception? exception = null) => body.Complete(exception);
}
