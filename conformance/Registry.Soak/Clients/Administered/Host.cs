using Registry.Soak.Content;
using Registry.Soak.Promises;
using Registry.Soak.Wire;

namespace Registry.Soak.Clients.Administered;

/// <summary>
/// A host that reports what it runs. Until it reports without it, a pinned manifest can be pulled though no tag names it and
/// nobody has asked for it, a tag that the policy would remove stays with it, and nobody deletes it.
/// </summary>
internal sealed class Host(AdminApi admin, Connection connection, Branches branches) : IClient
{
    private const int MostPinned = 3;

    private readonly Queue<Pinned> pinned = new();

    public async Task RunOnceAsync(Visit visit)
    {
        if (await FindAsync(visit) is { } found && await ReportAsync(visit, [.. pinned, found]))
        {
            // It was promised until after the report came to its end, so it was there, and pinned, in time.
            if (visit.Book.PromisedUntil(found.Repository, found.Manifest) > visit.Now)
            {
                pinned.Enqueue(await WithTagAsync(found));
                await OutdateAsync(visit, found);
            }
        }

        await visit.WaitLateAsync();
        if (pinned.Count > 0)
        {
            var any = pinned.ElementAt(visit.Random.Next(pinned.Count));
            // Part of an index, it is refused as that.
            await visit.DemandAsync("pinned manifest DELETE", $"{any.Repository}@{any.Manifest.Digest}", [409, 405], connection.DeleteAsync(any.Repository, any.Manifest.Resource));
        }

        if (pinned.Count == MostPinned)
        {
            await CheckAsync(visit, pinned.Peek());
            await ReportAsync(visit, pinned.Skip(1));
            pinned.Dequeue();
        }
    }

    /// <summary>What a tag of all names, or something of its own: by digest, or under a tag that the policy is about to remove.</summary>
    private async Task<Pinned?> FindAsync(Visit visit)
    {
        var repository = visit.Shelf.AnyRepository(visit.Random);
        switch (visit.Random.Next(3))
        {
            case 0:
                var tag = visit.Chance(0.5) ? visit.Shelf.AnyBranch(visit.Random) : null;
                var named = tag is null ? await visit.PullTagAsync(repository, visit.Shelf.AnyTag(visit.Random)) : await branches.PullAsync(visit, repository, tag);
                return named is null ? null : new Pinned(repository, named, Tag: null);
            case 1:
                var image = visit.OwnImage();
                await visit.HeadOrUploadBlobsAsync(repository, image);
                return await visit.PutAsync(repository, image) ? new Pinned(repository, image, Tag: null) : null;
            default:
                var own = new Pinned(visit.OwnRepository, visit.OwnImage(), visit.Shelf.AnyBranch(visit.Random));
                return pinned.Any(other => other.Tag == own.Tag) || !await branches.PushAsync(visit, own.Repository, own.Manifest, own.Tag!) ? null : own;
        }
    }

    private async Task<bool> ReportAsync(Visit visit, IEnumerable<Pinned> all)
    {
        var reply = await admin.ReportPinsAsync($"{visit.OwnRepository.Replace('/', '-')}", all.Select(one => one.Manifest));
        visit.Book.Demand(reply.Status == 200, "pin report", visit.OwnRepository, reply, []);
        return reply.Status == 200;
    }

    /// <summary>The tag is held only if it was there when the pin was.</summary>
    private async Task<Pinned> WithTagAsync(Pinned found)
    {
        if (found.Tag is null)
        {
            return found;
        }

        var reply = await connection.GetAsync(found.Repository, $"manifests/{found.Tag}");
        return reply.Status == 200 ? found : found with { Tag = null };
    }

    /// <summary>Pushes as many newer tags as the policy keeps: only the pin holds this one then.</summary>
    private async Task OutdateAsync(Visit visit, Pinned found)
    {
        if (found.Tag is not null)
        {
            var free = visit.Shelf.Branches.Where(tag => !pinned.Any(one => one.Tag == tag) && tag != found.Tag).Take(Shelf.NewestKept).ToList();
            foreach (var tag in free)
            {
                await branches.PushAsync(visit, found.Repository, visit.OwnImage(), tag);
            }
        }
    }

    private static async Task CheckAsync(Visit visit, Pinned one)
    {
        if (one.Tag is not null)
        {
            await visit.DemandTagAsync("pinned tag GET", one.Repository, one.Tag, one.Manifest, TimeSpan.MaxValue, "which is pinned");
        }

        await visit.PullAsync(one.Repository, one.Manifest, new Because("as pinned", TimeSpan.MaxValue));
    }

    /// <param name="Tag">That names it, in the host's own repository; null if none is known to.</param>
    private sealed record Pinned(string Repository, Item Manifest, string? Tag);
}
