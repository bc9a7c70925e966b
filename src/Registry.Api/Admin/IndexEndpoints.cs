using Microsoft.AspNetCore.Mvc;
using Registry.Storage.Journal;

namespace Registry.Api.Admin;

/// <summary>A copy of the whole index in the bucket.</summary>
/// <param name="Number">Of the last object of the journal that it has.</param>
internal sealed record SnapshotView(long Number, long Bytes, DateTimeOffset TakenAt)
{
    public static SnapshotView Of(IndexSnapshot snapshot) => new(snapshot.Number, snapshot.Bytes, snapshot.TakenAt);
}

/// <summary>Where this process stands with its index, and what of it is in the bucket.</summary>
/// <param name="Role">restoring, standby, owner or fenced.</param>
/// <param name="Description">The same for people.</param>
/// <param name="Answers">It may answer and write at this moment.</param>
/// <param name="Owner">Who owns the bucket, as far as is known; null on a file system.</param>
/// <param name="Term">The number of the owner's claim in the journal: it rises with each takeover.</param>
/// <param name="Number">Of the journal's last object that is in this index; null on a file system, as are the next ones.</param>
/// <param name="Lag">At the owner, changes that are committed here and not in the journal yet; at a standby, objects of the journal that are not in its index yet.</param>
/// <param name="JournalBytes">Of the journal in the bucket.</param>
/// <param name="SnapshotBytes">Of all snapshots in the bucket.</param>
/// <param name="LastSnapshot">Null while there is none.</param>
/// <param name="Problem">Why the bucket could not be read or written the last time; null if it could.</param>
internal sealed record IndexView(
    string Role, string Description, bool Answers, string? Owner, long Term, long? Number, long? Lag, long? JournalBytes, long? SnapshotBytes, SnapshotView? LastSnapshot, string? Problem)
{
    public static IndexView Of(IOwnership ownership, IndexCopies? copies)
    {
        var state = ownership.State;
        return new(
            RoleOf(state.Phase), state.Description, ownership.IsHeld, state.Owner, state.Term, copies?.Number, copies?.Lag, copies?.JournalBytes, copies?.SnapshotBytes,
            copies?.LastSnapshot is { } last ? SnapshotView.Of(last) : null, state.Problem ?? copies?.Problem);
    }

    private static string RoleOf(OwnershipPhase phase) => phase switch
    {
        OwnershipPhase.Restoring => "restoring",
        OwnershipPhase.Standby => "standby",
        OwnershipPhase.Owner => "owner",
        _ => "fenced",
    };
}

/// <summary>The index and its copies in the bucket. A standby answers the state, too.</summary>
internal static class IndexEndpoints
{
    public const string Path = "/index";

    public static void MapIndex(this RouteGroupBuilder api)
    {
        api.MapGet(Path, FindAsync).WithSummary("Who owns the bucket, and what of the index is in it.").Produces<IndexView>();
        api.MapPost($"{Path}/snapshots", TakeAsync).WithSummary("Writes a copy of the whole index to the bucket, now.")
            .Produces<SnapshotView>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> FindAsync(IOwnership ownership, [FromServices] IIndexCopies? copies, CancellationToken cancellationToken) =>
        Results.Ok(IndexView.Of(ownership, copies is null ? null : await copies.ReadAsync(cancellationToken)));

    private static async Task<IResult> TakeAsync([FromServices] IIndexCopies? copies, CancellationToken cancellationToken) =>
        copies is not null
            ? Results.Created((string?)null, SnapshotView.Of(await copies.TakeSnapshotAsync(cancellationToken)))
            : AdminEndpoints.Refusal(StatusCodes.Status409Conflict, "The blobs are on a file system, and the index beside them: there is no bucket to write a snapshot to. Back the data directory up as a whole.");
}
