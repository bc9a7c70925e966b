using Microsoft.EntityFrameworkCore;
using Registry.Gc.Retention;
using Registry.Storage.Content;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Gc.Planning;

/// <summary>A removal that a policy would have made, of something that was pulled afterwards.</summary>
/// <param name="Pulls">Recorded pulls that would have found nothing: one for each day, tag and digest.</param>
public sealed record MissedRemoval(string Repository, string Tag, string Digest, DateTimeOffset At, string Reason, int Pulls, DateTimeOffset FirstPullAt, DateTimeOffset LastPullAt);

/// <summary>What a policy would have done, had it been applied once a day.</summary>
/// <param name="From">The first day.</param>
/// <param name="Removals">Tags that it would have removed.</param>
/// <param name="Missed">Those of them that were pulled afterwards, in the order of repository and time; at most <see cref="BackTests.MostListed"/>.</param>
/// <param name="MissedCount">All of those.</param>
public sealed record BackTestReport(DateTimeOffset From, DateTimeOffset To, int Removals, int MissedCount, IReadOnlyList<MissedRemoval> Missed);

/// <summary>Tries a policy on the past that the index remembers: the tag history, and the days on which something was pulled.</summary>
public sealed class BackTests(IDbContextFactory<IndexContext> contexts, PullRecorder pulls, TimeProvider time)
{
    public const int MostListed = 1000;

    /// <summary>How far back, where nobody says.</summary>
    public const int Days = 30;

    public const int MostDays = 365;

    /// <param name="days">How far back; the records themselves go back as far as <c>Registry:Collection:KeepRecords</c>.</param>
    public async Task<BackTestReport> RunAsync(RetentionPolicy policy, int days, CancellationToken cancellationToken)
    {
        await pulls.FlushAsync(cancellationToken);
        var now = time.GetUtcNow();
        var runs = Enumerable.Range(0, days).Select(day => now - TimeSpan.FromDays(days - day)).ToList();
        var (removals, missedCount, missed) = (0, 0, new List<MissedRemoval>());
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        foreach (var repository in db.Repositories.OrderBy(r => r.Name).ToList())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var found = BackTest.Run(policy, RepositoryName.Parse(repository.Name), ReadHistory(db, repository.Id), ReadPulls(db, repository.Id), runs);
            removals += found.Count;
            foreach (var removal in found.Where(removal => removal.Missed.Count > 0))
            {
                missedCount++;
                if (missed.Count < MostListed)
                {
                    missed.Add(LineOf(repository.Name, removal));
                }
            }
        }

        return new BackTestReport(now - TimeSpan.FromDays(days), now, removals, missedCount, missed);
    }

    private static MissedRemoval LineOf(string repository, PastRemoval removal) => new(
        repository, removal.Period.Tag.ToString(), removal.Period.Digest.ToString(), removal.At, removal.Reasons[0].Text,
        removal.Missed.Count, removal.Missed[0].At, removal.Missed[^1].At);

    private static IEnumerable<TagPeriod> ReadHistory(IndexContext db, long repositoryId)
    {
        var pushed = db.Tags.Where(t => t.RepositoryId == repositoryId).Select(t => new { t.Name, t.PushedAt }).ToDictionary(t => t.Name, t => t.PushedAt, StringComparer.Ordinal);
        foreach (var line in db.TagHistory.Where(h => h.RepositoryId == repositoryId).OrderBy(h => h.From).ToList())
        {
            var (tag, digest) = (Tag.Parse(line.Tag), Digest.Parse(line.Digest));
            if (line.To is null && pushed.TryGetValue(line.Tag, out var last) && last > line.From)
            {
                // Pushed again since, as it was: the last of these pushes is known.
                yield return new TagPeriod(tag, digest, line.From, last);
                yield return new TagPeriod(tag, digest, last, null);
            }
            else
            {
                yield return new TagPeriod(tag, digest, line.From, line.To);
            }
        }
    }

    private static IEnumerable<PastPull> ReadPulls(IndexContext db, long repositoryId) =>
        db.Pulls.Where(p => p.RepositoryId == repositoryId).AsEnumerable()
            .Select(p => new PastPull(p.Tag.Length == 0 ? null : Tag.Parse(p.Tag), Digest.Parse(p.Digest), p.At));
}
