using Registry.Storage.Index;

namespace Registry.Api.Admin;

/// <summary>A run of the collection, as the API shows it.</summary>
/// <param name="Status">queued, running, done or failed.</param>
/// <param name="Unnamed">Stored objects that nothing named, found by the comparison with the blob store.</param>
/// <param name="Missing">Blobs without their bytes, found by it.</param>
/// <param name="CondemnedObjects">Objects that lost their last name in this run; their bytes go when the drain time is over.</param>
/// <param name="Objects">Of those, how many are deleted by now, whoever deleted them.</param>
/// <param name="FreedBytes">The bytes of the deleted ones, and of no others.</param>
/// <param name="FailedObjects">Of the condemned ones, how many could not be deleted at the last try; they are tried again.</param>
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
    long Repositories,
    long Unnamed,
    long Missing,
    long CondemnedObjects,
    long CondemnedBytes,
    long Objects,
    long FreedBytes,
    long FailedObjects)
{
    public const string Done = "done";
    public const string Failed = "failed";

    public static RunView Of(RunRow run) => new(
        run.Id, StatusOf(run), run.By, run.StartedAt, run.EndedAt, run.Step, run.Error,
        run.Tags, run.Manifests, run.Links, run.Uploads, run.Repositories, run.Unnamed, run.Missing,
        run.CondemnedObjects, run.CondemnedBytes, run.Objects, run.FreedBytes, run.FailedObjects);

    private static string StatusOf(RunRow run) =>
        run.EndedAt is null ? run.Step == Gc.Sweeping.Runs.Queued ? "queued" : "running"
        : run.Error is null ? Done : Failed;
}
