using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Gc.Moving;

/// <summary>The record of moves. One without an end goes on at the next start.</summary>
public sealed class Moves(IDbContextFactory<IndexContext> contexts, IndexWriter writer, TimeProvider time)
{
    /// <summary>The step of a move that has not begun.</summary>
    public const string Queued = "queued";

    private volatile MoveRow? running;

    /// <summary>The newest first.</summary>
    /// <param name="before">Only moves before this one; null for all.</param>
    public IReadOnlyList<MoveRow> List(long? before, int count)
    {
        using var db = contexts.CreateDbContext();
        return [.. db.Moves.Where(m => before == null || m.Id < before).OrderByDescending(m => m.Id).Take(count).AsEnumerable().Select(AsItIs)];
    }

    public MoveRow? Find(long id)
    {
        using var db = contexts.CreateDbContext();
        return db.Moves.FirstOrDefault(m => m.Id == id) is { } move ? AsItIs(move) : null;
    }

    /// <summary>A move; the one that has not ended, if there is one.</summary>
    internal Task<MoveRow> AddAsync(string by, string from, string to, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            db =>
            {
                if (db.Moves.FirstOrDefault(m => m.EndedAt == null) is { } unfinished)
                {
                    return unfinished;
                }

                var move = new MoveRow { By = by, From = from, To = to, StartedAt = time.GetUtcNow(), Step = Queued };
                db.Moves.Add(move);
                db.SaveChanges();
                return move;
            },
            cancellationToken);

    internal MoveRow? FindNext()
    {
        using var db = contexts.CreateDbContext();
        return db.Moves.Where(m => m.EndedAt == null).OrderBy(m => m.Id).FirstOrDefault();
    }

    internal void Show(MoveRow? move) => running = move;

    internal Task SaveAsync(MoveRow move, CancellationToken cancellationToken)
    {
        var now = (move.Step, move.EndedAt, move.Error, move.Objects, move.Bytes, move.MovedObjects, move.MovedBytes, move.Skipped, move.Left);
        return writer.WriteBesideAsync(
            db => db.Moves.Where(m => m.Id == move.Id).ExecuteUpdate(set => set
                .SetProperty(m => m.Step, now.Step)
                .SetProperty(m => m.EndedAt, now.EndedAt)
                .SetProperty(m => m.Error, now.Error)
                .SetProperty(m => m.Objects, now.Objects)
                .SetProperty(m => m.Bytes, now.Bytes)
                .SetProperty(m => m.MovedObjects, now.MovedObjects)
                .SetProperty(m => m.MovedBytes, now.MovedBytes)
                .SetProperty(m => m.Skipped, now.Skipped)
                .SetProperty(m => m.Left, now.Left)),
            cancellationToken);
    }

    private MoveRow AsItIs(MoveRow saved) => running is { } now && now.Id == saved.Id && saved.EndedAt is null ? now : saved;
}
