using Registry.Storage.Index;

namespace Registry.Api.Admin;

/// <summary>A run of the collection, as the API shows it. Bytes are of objects that are gone.</summary>
/// <param name="Status">queued, running, done or failed.</param>
internal sealed record RunView(
    long Id,
    string Status,
    string By,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    string Step,
    string? Error,
    long Tags,
    long Manifests,
    long Links,
    long Uploads,
    long Objects,
    long FreedBytes,
    long FailedObjects)
{
    public const string Done = "done";
    public const string Failed = "failed";

    public static RunView Of(RunRow run) => new(
        run.Id, StatusOf(run), run.By, run.StartedAt, run.EndedAt, run.Step, run.Error,
        run.Tags, run.Manifests, run.Links, run.Uploads, run.Objects, run.FreedBytes, run.FailedObjects);

    private static string StatusOf(RunRow run) =>
        run.EndedAt is null ? run.Step == Gc.Sweeping.Runs.Queued ? "queued" : "running"
        : run.Error is null ? Done : Failed;
}
