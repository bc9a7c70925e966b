using Registry.Soak.Clients;
using Registry.Soak.Promises;
using Registry.Soak.Wire;

namespace Registry.Soak;

/// <summary>What is left of the content that nothing promises and no tag names, when the soak is over.</summary>
/// <param name="Known">Blobs and manifests, each in its repository, that the registry once said yes for.</param>
/// <param name="Gone">Those of them that have gone.</param>
internal readonly record struct Leftovers(int Known, int Gone)
{
    /// <summary>Pulls every tag once more, and asks once for everything else.</summary>
    public static async Task<Leftovers> CountAsync(Visit visit, PromiseBook book, Connection connection)
    {
        var inUse = new HashSet<Key>();
        foreach (var (repository, tag) in book.Tags)
        {
            if (await visit.PullTagAsync(repository, tag) is { } manifest)
            {
                AddWhole(inUse, repository, manifest);
            }
        }

        var (known, gone) = (0, 0);
        foreach (var (key, entry) in book.All.Where(one => !inUse.Contains(one.Key) && one.Entry is { LastYes: not null, IsDeleted: false } && !(one.Entry.Until >= connection.Now)))
        {
            known++;
            gone += entry.IsGone || !await visit.HeadAsync(key.Repository, entry.Item) ? 1 : 0;
        }

        return new Leftovers(known, gone);
    }

    private static void AddWhole(HashSet<Key> keys, string repository, Content.Item item)
    {
        if (keys.Add(new Key(repository, item.Digest)))
        {
            foreach (var edge in item.Edges)
            {
                AddWhole(keys, repository, edge);
            }
        }
    }
}
