using Registry.Gc.Checking;
using Registry.Storage.Index;

namespace Registry.Api.Admin;

/// <summary>A check, as the API shows it.</summary>
/// <param name="Status">queued, running, done or failed. One that was stopped goes on at the next start and is running.</param>
/// <param name="Read">Whether it reads every blob and compares its digest.</param>
/// <param name="Repair">Whether it mends what can be mended safely.</param>
/// <param name="Manifests">Manifests looked at so far.</param>
/// <param name="Objects">Stored objects compared with the index so far.</param>
/// <param name="Blobs">Blobs read so far.</param>
/// <param name="Bytes">Bytes read so far.</param>
/// <param name="BytesToRead">Bytes of all blobs when the reading began.</param>
/// <param name="Findings">What it has seen so far.</param>
/// <param name="Open">Of those, what still wants something done. A blob that was pushed again since does not.</param>
internal sealed record CheckView(
    long Id,
    string Status,
    string By,
    bool Read,
    bool Repair,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    string Step,
    string? Error,
    long Manifests,
    long Objects,
    long Blobs,
    long Bytes,
    long BytesToRead,
    int Findings,
    int Open)
{
    public const string Done = "done";
    public const string Failed = "failed";

    public static CheckView Of(CheckRow check, Findings findings)
    {
        var (open, all) = findings.Count(check.Id);
        var status = check.EndedAt is null ? check.Step == Checks.Queued ? "queued" : "running" : check.Error is null ? Done : Failed;
        return new CheckView(
            check.Id, status, check.By, check.Read, check.Repair, check.StartedAt, check.EndedAt, check.Step, check.Error,
            check.Manifests, check.Objects, check.Blobs, check.Bytes, check.BytesToRead, all, open);
    }
}

/// <summary>A finding, as the API shows it.</summary>
/// <param name="Id">Null for a blob that a request found and no check has looked at.</param>
/// <param name="Kind">missing, truncated, too long, wrong bytes or unreadable (a blob); unnamed or absent (stored objects); manifest, edge or index.</param>
/// <param name="Repository">Null where it is about none.</param>
/// <param name="Name">A digest, a storage key, a folder, or what the database says.</param>
/// <param name="Outcome">reported; marked (the blob is unknown until it is pushed again); condemned; mended.</param>
/// <param name="Breaks">Tags (repository:tag) that cannot be pulled whole because of it.</param>
/// <param name="BreaksMore">Whether there are more of them.</param>
/// <param name="Advice">What to do; empty where nothing is to be done.</param>
internal sealed record FindingView(
    long? Id, long? Check, string Kind, string? Repository, string Name, string Detail, long Size, DateTimeOffset? FoundAt, string Outcome, IReadOnlyList<string> Breaks, bool BreaksMore, string Advice)
{
    public static FindingView Of(Finding finding) => new(
        finding.Id, finding.CheckId, finding.Kind, finding.Repository.Length == 0 ? null : finding.Repository, finding.Name, finding.Detail, finding.Size, finding.At,
        finding.Outcome, finding.Breaks, finding.BreaksMore, finding.Advice);
}
