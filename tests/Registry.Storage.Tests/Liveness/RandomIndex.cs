using CsCheck;
using Microsoft.EntityFrameworkCore;
using Registry.Gc.Retention;
using Registry.Gc.Sweeping;
using Registry.Storage.Index;
using Registry.Storage.Tests.Content;

namespace Registry.Storage.Tests.Liveness;

/// <summary>
/// Rows of any shape that the index could have, circles included: two repositories that share blobs, in which the same manifest may
/// be. Numbers are taken modulo what there is.
/// </summary>
internal sealed record RandomIndex(
    int Manifests, int Blobs, (int Manifest, int Blob)[] BlobEdges, (int Parent, int Child)[] ChildEdges, (int Manifest, int Subject)[] Subjects,
    (int Manifest, int Subject, bool IsSignature)[] Tags, (int Manifest, bool IsOver)[] Pins, (int Repository, int Blob)[] Promises)
{
    private static readonly Gen<int> Manifest = Gen.Int[0, 11];
    private static readonly Gen<int> Blob = Gen.Int[0, 9];

    public static readonly Gen<RandomIndex> Any = Gen.Select(
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 10]),
        Gen.Select(Manifest, Blob).Array[0, 30],
        Gen.Select(Manifest, Manifest).Array[0, 10],
        Gen.Select(Manifest, Manifest).Array[0, 6],
        Gen.Select(Manifest, Manifest, Gen.Bool).Array[0, 12],
        Gen.Select(Manifest, Gen.Bool).Array[0, 2],
        Gen.Select(Gen.Int[0, 1], Blob).Array[0, 4],
        (counts, edges, children, subjects, tags, pins, promises) => new RandomIndex(counts.Item1, counts.Item2, edges, children, subjects, tags, pins, promises));

    private static string Digest(string kind, int number) => TestContent.DigestOf($"{kind}{number}").ToString();

    /// <summary>Two manifests in three are in the first repository; numbers 2, 5, 8, 11 are in the second, under the digests of 0, 3, 6, 9.</summary>
    private static long RepositoryOf(int manifest) => manifest % 3 == 2 ? 2 : 1;

    private static string DigestOf(int manifest) => Digest("manifest", manifest % 3 == 2 ? manifest - 2 : manifest);

    /// <summary>Replaces all that the index has by this.</summary>
    public void Store(IndexContext db, DateTimeOffset now)
    {
        Empty(db);
        db.Repositories.AddRange(new RepositoryRow { Id = 1, Name = "one", CreatedAt = now }, new RepositoryRow { Id = 2, Name = "two", CreatedAt = now });
        db.Blobs.AddRange(Enumerable.Range(0, Blobs).Select(b => new BlobRow { Id = b + 1, Digest = Digest("blob", b), StorageKey = $"k{b}", Size = 1_000_000L << b, CreatedAt = now }));
        db.Manifests.AddRange(Enumerable.Range(0, Manifests).Select(m => new ManifestRow
        {
            Id = m + 1, RepositoryId = RepositoryOf(m), Digest = DigestOf(m), MediaType = "x", PushedAt = now, Body = new byte[1 << m],
            Subject = Subjects.Where(s => s.Manifest % Manifests == m).Select(s => DigestOf(s.Subject)).FirstOrDefault(),
        }));
        var edges = BlobEdges.Select(e => (Manifest: e.Manifest % Manifests, Blob: e.Blob % Blobs)).Distinct().ToList();
        var needed = edges.Select(e => (Repository: RepositoryOf(e.Manifest), e.Blob)).Distinct().ToList();
        db.Links.AddRange(needed.Select(l => new LinkRow { RepositoryId = l.Repository, BlobId = l.Blob + 1, CreatedAt = now }));
        db.Links.AddRange(Promises.Select(l => (Repository: l.Repository + 1L, Blob: l.Blob % Blobs)).Distinct().Except(needed)
            .Select(l => new LinkRow { RepositoryId = l.Repository, BlobId = l.Blob + 1, CreatedAt = now, KeptUntil = now }));
        db.BlobEdges.AddRange(edges.Select(e => new BlobEdgeRow { ManifestId = e.Manifest + 1, BlobId = e.Blob + 1, RepositoryId = RepositoryOf(e.Manifest) }));
        db.ChildEdges.AddRange(ChildEdges.Select(e => (Parent: e.Parent % Manifests, Child: e.Child % Manifests)).Where(e => RepositoryOf(e.Parent) == RepositoryOf(e.Child)).Distinct()
            .Select(e => new ChildEdgeRow { ParentId = e.Parent + 1, ChildId = e.Child + 1 }));
        db.Tags.AddRange(Tags.Select((t, i) => new TagRow { Id = i + 1, RepositoryId = RepositoryOf(t.Manifest % Manifests), Name = NameOf(t.Subject, t.IsSignature, i), ManifestId = (t.Manifest % Manifests) + 1, PushedAt = now }));
        db.Pins.AddRange(Pins.Select((p, i) => new PinRow { Host = $"h{i}", Digest = DigestOf(p.Manifest), ReportedAt = now, ExpiresAt = now.AddHours(p.IsOver ? 0 : 1) }));
        db.SaveChanges();
    }

    /// <summary>The same rules as the planner applies them to a snapshot.</summary>
    public static ManifestGraph Graph(IndexContext db, DateTimeOffset now)
    {
        var graph = new ManifestGraphBuilder();
        var manifests = db.Manifests.ToList();
        manifests.ForEach(m => graph.AddManifest(m.Id, m.RepositoryId, m.Body.Length));
        db.Blobs.ToList().ForEach(b => graph.AddBlob(b.Id, b.Size));
        db.Links.ToList().ForEach(l => graph.AddLink(l.RepositoryId, l.BlobId));
        db.BlobEdges.ToList().ForEach(e => graph.AddBlobEdge(e.ManifestId, e.BlobId));
        db.ChildEdges.ToList().ForEach(e => graph.AddChild(e.ParentId, e.ChildId));
        var pinned = db.Pins.Where(p => p.ExpiresAt > now).Select(p => p.Digest).ToHashSet();
        foreach (var manifest in manifests)
        {
            manifests.Where(s => s.RepositoryId == manifest.RepositoryId && s.Digest == manifest.Subject).ToList().ForEach(s => graph.AddReferrer(s.Id, manifest.Id));
            if (pinned.Contains(manifest.Digest))
            {
                graph.Keep(manifest.Id);
            }
        }

        foreach (var tag in db.Tags.ToList())
        {
            if (SignatureTag.SubjectOf(tag.Name) is not { } subject)
            {
                graph.AddTag(tag.Id, tag.ManifestId);
            }
            else
            {
                manifests.Where(s => s.RepositoryId == tag.RepositoryId && s.Digest == subject).ToList().ForEach(s => graph.AddReferrer(s.Id, tag.ManifestId));
            }
        }

        return graph.Build();
    }

    /// <summary>Of one signature the subject cannot be told, and some subjects are not there.</summary>
    private static string NameOf(int subject, bool isSignature, int number) =>
        !isSignature ? $"t{number}"
        : number == 7 ? "sha512-0000000000000000000000000000000000000000000000000000000000000000"
        : $"{DigestOf(subject).Replace(':', '-')}.s{number}";

    private static void Empty(IndexContext db)
    {
        db.Tags.ExecuteDelete();
        db.Pins.ExecuteDelete();
        db.ChildEdges.ExecuteDelete();
        db.BlobEdges.ExecuteDelete();
        db.Manifests.ExecuteDelete();
        db.Links.ExecuteDelete();
        db.Blobs.ExecuteDelete();
        db.Repositories.ExecuteDelete();
    }
}
