using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Registry.Gc.Retention;
using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Planning;

/// <summary>Who asks for a plan, by which policy.</summary>
/// <param name="Version">The policy's version; null for one that is only tried out.</param>
/// <param name="RunId">The run that the plan is for; null if somebody asks for a plan alone.</param>
public sealed record PlanRequest(RetentionPolicy Policy, long? Version, string By, long? RunId)
{
    /// <summary>The time by which it decides; null: the wall clock's. A run that nobody watches must not believe that one.</summary>
    public DateTimeOffset? Now { get; init; }
}

/// <summary>Makes plans and writes them down.</summary>
public sealed class PlanMaker(IDbContextFactory<IndexContext> contexts, IndexWriter writer, PullRecorder pulls, TimeProvider time)
{
    /// <summary>Rows of one transaction: every push waits for the one writer.</summary>
    private const int RowsPerChange = 500;

    public async Task<PlanRow> MakeAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        // What was pulled a moment ago is not in the index yet, and may be why a tag stays.
        await pulls.FlushAsync(cancellationToken);
        PlanDraft draft;
        var now = time.GetUtcNow();
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            draft = PlanDraft.Make(db, request.Policy, request.Now ?? now);
        }

        var plan = RowOf(request, draft, now);
        await writer.WriteAsync(
            db =>
            {
                db.Plans.Add(plan);
                return db.SaveChanges();
            },
            cancellationToken);
        foreach (var some in draft.Tags.Chunk(RowsPerChange))
        {
            await writer.WriteAsync(db => AddTags(db, plan.Id, some), cancellationToken);
        }

        foreach (var some in draft.Freed.Manifests.Chunk(RowsPerChange))
        {
            await writer.WriteAsync(db => AddManifests(db, plan.Id, some), cancellationToken);
        }

        return plan;
    }

    private static PlanRow RowOf(PlanRequest request, PlanDraft draft, DateTimeOffset now) => new()
    {
        PolicyId = request.Version,
        MadeAt = now,
        MadeBy = request.By,
        RunId = request.RunId,
        Tags = draft.Tags.Count,
        Manifests = draft.Freed.Manifests.Count,
        Blobs = draft.Freed.Blobs.Count,
        ManifestBytes = draft.Freed.ManifestBytes,
        BlobBytes = draft.Freed.BlobBytes,
        NamedBytes = draft.NamedBytes,
        BudgetBytes = request.Policy.Budget?.Bytes,
        StillOverBytes = draft.Budget?.StillOverHigh ?? 0,
    };

    /// <summary>As the draft saw them, and not as they are now: apply compares the two.</summary>
    private static int AddTags(IndexContext db, long planId, PlannedTagRow[] tags)
    {
        var rows = JsonSerializer.Serialize(tags.Select(t => new object?[]
        {
            t.TagId, t.RepositoryId, t.Repository, t.Tag, t.ManifestId, t.Digest, t.PushedAt.ToUnixTimeMilliseconds(), t.LastPulledAt?.ToUnixTimeMilliseconds(), t.Size, t.Rule, t.Reason,
        }));
        return db.Database.ExecuteSql($"""
            INSERT INTO planned_tags (PlanId, TagId, RepositoryId, Repository, Tag, ManifestId, Digest, PushedAt, LastPulledAt, Size, Rule, Reason, Outcome)
            SELECT {planId}, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10, {(int)PlannedOutcome.Planned}
            FROM json_each({rows})
            """);
    }

    private static int AddManifests(IndexContext db, long planId, long[] manifestIds) =>
        db.Database.ExecuteSql($"""
            INSERT INTO planned_manifests (PlanId, ManifestId, Repository, Digest, PushedAt, LastPulledAt, Size)
            SELECT {planId}, m.Id, r.Name, m.Digest, m.PushedAt, m.LastPulledAt, m.Size
            FROM manifests m JOIN repositories r ON r.Id = m.RepositoryId WHERE m.Id IN (SELECT value FROM json_each({JsonSerializer.Serialize(manifestIds)}))
            """);
}
