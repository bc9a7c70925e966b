using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Sweeping;

/// <summary>Upload sessions that nobody goes on with (specification, end-14: the server should time them out).</summary>
internal sealed class UploadStep(UploadSessions sessions) : ISweepStep
{
    public string Name => "uploads";

    public void Count(RunRow run, int removed) => run.Uploads += removed;

    /// <summary>All of them in one go: each is a transaction of its own.</summary>
    public Task<int> RunBatchAsync(SweepPass pass, int size, CancellationToken cancellationToken) => sessions.ExpireAsync(pass.RunId, cancellationToken);
}
