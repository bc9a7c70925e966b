using CsCheck;
using Registry.Gc.Liveness;
using Registry.Storage.Content;
using Registry.Storage.Index;
using Registry.Storage.Model;
using Registry.Storage.Tests.Content;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Liveness;

/// <summary>What is asked of the index around a manifest says the same as marking the whole of it.</summary>
public sealed class LivenessPropertyTests : IAsyncDisposable
{
    private readonly TestContent content = new();

    [Fact]
    public void Tag_by_tag_and_together_the_same_is_freed_as_by_marking_the_whole_index() =>
        RandomIndex.Any.Sample(
            index =>
            {
                using var db = content.Contexts.CreateDbContext();
                index.Store(db, content.Time.GetUtcNow());
                var (graph, liveness) = (RandomIndex.Graph(db, content.Time.GetUtcNow()), Liveness());
                var tags = db.Tags.ToList().Where(t => Gc.Sweeping.SignatureTag.SubjectOf(t.Name) is null).Select(t => t.Id).ToList();
                long[][] all = [.. tags.Select(tag => new[] { tag }), .. tags.Zip(tags.Skip(1), (one, other) => new[] { one, other }), [.. tags]];
                foreach (var going in all)
                {
                    var (expected, found) = (graph.FindFreed(going), liveness.FindFreed(going));
                    Assert.Equal(expected.Manifests, found.Manifests);
                    Assert.Equal(expected.Blobs, found.Blobs);
                    Assert.Equal((expected.ManifestBytes, expected.BlobBytes), (found.ManifestBytes, found.BlobBytes));
                }
            },
            iter: 300,
            threads: 1);

    [Fact]
    public void What_has_a_path_is_what_lives_and_every_path_leads_to_a_root() =>
        RandomIndex.Any.Sample(
            index =>
            {
                using var db = content.Contexts.CreateDbContext();
                index.Store(db, content.Time.GetUtcNow());
                var (live, manifests, liveness) = (Mark(db), db.Manifests.ToList(), Liveness());
                foreach (var manifest in manifests)
                {
                    var keepers = liveness.FindKeepers(Name(manifest.RepositoryId == 1 ? "one" : "two"), Digest.Parse(manifest.Digest))!;
                    Assert.Equal(live.Contains(manifest.Id), keepers.Paths.Count > 0);
                    Assert.All(keepers.Paths, path =>
                    {
                        Assert.True(path[^1].Kind is KeeperKind.Tag or KeeperKind.Pin);
                        Assert.All(path.SkipLast(1), step => Assert.True(step.Kind is KeeperKind.Index or KeeperKind.Subject or KeeperKind.SignatureTag));
                        Assert.All(path, step => Assert.Contains(manifests, m => live.Contains(m.Id) && m.RepositoryId == manifest.RepositoryId && m.Digest == step.Digest));
                    });
                }
            },
            iter: 200,
            threads: 1);

    public ValueTask DisposeAsync() => content.DisposeAsync();

    private ContentLiveness Liveness() => new(content.Contexts, new Deadlines(content.Time, content.Windows));

    /// <summary>What lives, by going round until nothing changes.</summary>
    private HashSet<long> Mark(IndexContext db)
    {
        var now = content.Time.GetUtcNow();
        var (manifests, tags, children, pins) = (db.Manifests.ToList(), db.Tags.ToList(), db.ChildEdges.ToList(), db.Pins.Where(p => p.ExpiresAt > now).Select(p => p.Digest).ToHashSet());
        var live = new HashSet<long>();
        while (manifests.FirstOrDefault(m => !live.Contains(m.Id) && Lives(m)) is { } found)
        {
            live.Add(found.Id);
        }

        return live;

        bool IsLive(long repository, string? digest) => manifests.Any(m => m.RepositoryId == repository && m.Digest == digest && live.Contains(m.Id));
        bool Keeps(TagRow tag) => Gc.Sweeping.SignatureTag.SubjectOf(tag.Name) is not { } subject || IsLive(tag.RepositoryId, subject);
        bool Lives(ManifestRow m) => pins.Contains(m.Digest) || IsLive(m.RepositoryId, m.Subject) || tags.Any(t => t.ManifestId == m.Id && Keeps(t))
            || children.Any(e => e.ChildId == m.Id && live.Contains(e.ParentId));
    }
}
