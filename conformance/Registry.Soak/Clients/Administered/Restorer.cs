using Registry.Soak.Content;
using Registry.Soak.Wire;

namespace Registry.Soak.Clients.Administered;

/// <summary>
/// Gives tags back what they have lost, most of the time shortly before it is too late. The list says until when: before that
/// it must succeed, and what was restored can be pulled. Its times are the registry's, so both clocks must agree.
/// </summary>
internal sealed class Restorer(AdminApi admin, Branches branches) : IClient
{
    private const string Kind = "tag restore";

    /// <summary>Nothing is asked for later than this before its end.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(300);

    public async Task RunOnceAsync(Visit visit)
    {
        var repository = visit.Shelf.AnyRepository(visit.Random);
        var listed = await admin.ListRestorableAsync(repository);
        visit.Book.Demand(listed.Status == 200, "restorable GET", repository, listed, []);
        if (listed.Status == 200 && Choose(visit, listed) is { } chosen)
        {
            await visit.DelayAsync(Shorter(visit.Book.Promise, (chosen.Until - visit.WallClock) * (visit.Chance(0.3) ? 0 : 0.5 + (visit.Random.NextDouble() * 0.4))));
            Task<bool> Restore() => RestoreAsync(visit, repository, chosen);
            if (await (visit.Shelf.Branches.Contains(chosen.Tag) ? branches.SetAsync(visit, repository, chosen.Tag, Restore) : Restore()))
            {
                await visit.WaitLateAsync();
                await visit.PullAsync(repository, chosen.Manifest);
            }
        }
    }

    private static Restorable? Choose(Visit visit, Reply listed)
    {
        var now = visit.WallClock;
        var all = listed.Json.AsArray().Select(one => Read(visit, one!)).OfType<Restorable>().Where(one => one.Until - now > Least).ToList();
        return all.Count == 0 ? null : all[visit.Random.Next(all.Count)];
    }

    /// <summary>Null for what is another client's own, and for what something else names.</summary>
    private static Restorable? Read(Visit visit, System.Text.Json.Nodes.JsonNode line)
    {
        var tag = (string)line["tag"]!;
        return (DateTimeOffset?)line["restorableUntil"] is { } until && (visit.Shelf.Branches.Contains(tag) || visit.Shelf.Stays(tag)) && visit.Book.FindManifest((string)line["digest"]!) is { } manifest
            ? new Restorable(tag, manifest, until)
            : null;
    }

    private async Task<bool> RestoreAsync(Visit visit, string repository, Restorable chosen)
    {
        var reply = await admin.RestoreAsync(repository, chosen.Tag, chosen.Manifest.Digest);
        // Read after the answer: it came before that.
        var isInTime = visit.WallClock < chosen.Until;
        if (reply.Status == 200)
        {
            visit.Book.Yes(repository, chosen.Manifest, Kind, isInTime ? TimeSpan.MaxValue : null, reply);
        }
        else if (isInTime)
        {
            visit.Book.Demand(isMet: false, Kind, $"{repository}:{chosen.Tag}", reply, [$"{chosen.Manifest.Digest} was restorable until {chosen.Until:O}"]);
        }
        else
        {
            visit.Book.Allowed.Add($"{Kind} {reply.Status}");
        }

        return reply.Status == 200;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private sealed record Restorable(string Tag, Item Manifest, DateTimeOffset Until);
}
