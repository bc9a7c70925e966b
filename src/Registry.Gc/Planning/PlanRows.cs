using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Gc.Planning;

/// <summary>Writes what a plan lists, while it is being made: in small changes, so that a plan of 100,000 tags is never in memory, and no push waits for it.</summary>
internal sealed class PlanRows(IndexWriter writer, long planId)
{
    private const int RowsPerChange = 100;

    private readonly List<PlannedTagRow> waiting = new(RowsPerChange);

    /// <summary>As the plan saw it, and not as it is when the row is written: apply compares the two.</summary>
    public async Task AddTagAsync(PlannedTagRow tag, CancellationToken cancellationToken)
    {
        waiting.Add(tag);
        if (waiting.Count == RowsPerChange)
        {
            await FlushTagsAsync(cancellationToken);
        }
    }

    public async Task FlushTagsAsync(CancellationToken cancellationToken)
    {
        var rows = JsonSerializer.Serialize(waiting.Select(t => new object?[]
        {
            t.TagId, t.RepositoryId, t.Repository, t.Tag, t.ManifestId, t.Digest, t.PushedAt.ToUnixTimeMilliseconds(), t.LastPulledAt?.ToUnixTimeMilliseconds(), t.Size, t.Rule, t.Reason,
        }));
        waiting.Clear();
        await writer.WriteBesideAsync(
            db => db.Database.ExecuteSql($"""
                INSERT INTO planned_tags (PlanId, TagId, RepositoryId, Repository, Tag, ManifestId, Digest, PushedAt, LastPulledAt, Size, Rule, Reason, Outcome)
                SELECT {planId}, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10, {(int)PlannedOutcome.Planned}
                FROM json_each({rows})
                """),
            cancellationToken);
    }

    /// <summary>A manifest's content never changes, so what the row says is as it was; one that has gone meanwhile is left out, and the plan is then not whole.</summary>
    public async Task AddManifestsAsync(IEnumerable<long> manifestIds, CancellationToken cancellationToken)
    {
        foreach (var some in manifestIds.Chunk(RowsPerChange))
        {
            var ids = SqlSet.Of(some);
            await writer.WriteBesideAsync(
                db => db.Database.ExecuteSql($"""
                    INSERT INTO planned_manifests (PlanId, ManifestId, Repository, Digest, PushedAt, LastPulledAt, Size)
                    SELECT {planId}, m.Id, r.Name, m.Digest, m.PushedAt, m.LastPulledAt, m.Size
                    FROM manifests m JOIN repositories r ON r.Id = m.RepositoryId WHERE m.Id IN (SELECT value FROM json_each({ids}))
                    """),
                cancellationToken);
        }
    }
}
