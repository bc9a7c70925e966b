using Microsoft.EntityFrameworkCore;
using Registry.Storage.Content;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Gc.Checking;

/// <summary>Manifests: whether their bytes have their digest, and whether the index has an edge to all that they name.</summary>
internal sealed class ManifestBodiesStep(IDbContextFactory<IndexContext> contexts, IndexWriter writer, TimeProvider time) : ICheckStep
{
    private const int ManifestsPerPiece = 100;

    public string Name => "manifests";

    public bool IsPartOf(CheckRow check) => true;

    public async Task<bool> RunAsync(CheckRow check, CancellationToken cancellationToken)
    {
        var (count, last, findings) = Look(check);
        if (count == 0)
        {
            return false;
        }

        if (findings.Count > 0)
        {
            await writer.WriteBesideAsync(
                db =>
                {
                    // A manifest may have been deleted or pushed again since it was read.
                    foreach (var (id, finding) in findings)
                    {
                        if (db.Manifests.AsNoTracking().FirstOrDefault(m => m.Id == id) is { } manifest && Find(db, check, manifest).Any(f => f.Name == finding.Name && f.Kind == finding.Kind))
                        {
                            FindingLog.Add(db, finding);
                        }
                    }

                    return findings.Count;
                },
                cancellationToken);
        }

        (check.Cursor, check.Manifests) = (last, check.Manifests + count);
        return true;
    }

    private (int Count, long Last, List<(long Id, FindingRow Finding)> Findings) Look(CheckRow check)
    {
        using var db = contexts.CreateDbContext();
        using var snapshot = Snapshot.Begin(db);
        var manifests = db.Manifests.Where(m => m.Id > check.Cursor).OrderBy(m => m.Id).Take(ManifestsPerPiece).ToList();
        return (manifests.Count, manifests.Count > 0 ? manifests[^1].Id : check.Cursor, [.. manifests.SelectMany(m => Find(db, check, m).Select(finding => (m.Id, finding)))]);
    }

    private IEnumerable<FindingRow> Find(IndexContext db, CheckRow check, ManifestRow manifest)
    {
        var digest = Digest.Parse(manifest.Digest);
        if (Digest.Of(digest.Algorithm, manifest.Body) != digest)
        {
            return [Finding(db, check, manifest, FindingKinds.Manifest, manifest.Digest, "its bytes in the index have another digest")];
        }

        return ManifestDocument.Parse(manifest.Body, manifest.MediaType).Succeeded(out var document, out _)
            ? FindMissingEdges(db, manifest, document).Select(missing => Finding(db, check, manifest, FindingKinds.Edge, missing, $"{manifest.Digest} names it, and the index has no edge to it"))
            : [Finding(db, check, manifest, FindingKinds.Manifest, manifest.Digest, "its bytes in the index are no manifest of its media type")];
    }

    private static IEnumerable<string> FindMissingEdges(IndexContext db, ManifestRow manifest, ManifestDocument document)
    {
        var blobs = db.BlobEdges.Where(e => e.ManifestId == manifest.Id).Join(db.Blobs, e => e.BlobId, b => b.Id, (e, b) => b.Digest).ToHashSet(StringComparer.Ordinal);
        var children = db.ChildEdges.Where(e => e.ParentId == manifest.Id).Join(db.Manifests, e => e.ChildId, m => m.Id, (e, m) => m.Digest).ToHashSet(StringComparer.Ordinal);
        return document.Edges.Where(edge => !edge.IsSatisfied(blobs.Contains(edge.Target.Digest.ToString()), children.Contains(edge.Target.Digest.ToString())))
            .Select(edge => edge.Target.Digest.ToString());
    }

    private FindingRow Finding(IndexContext db, CheckRow check, ManifestRow manifest, string kind, string name, string detail) => new()
    {
        CheckId = check.Id,
        Kind = kind,
        Repository = db.Repositories.Where(r => r.Id == manifest.RepositoryId).Select(r => r.Name).FirstOrDefault() ?? "",
        Name = name,
        Detail = detail,
        Size = manifest.Body.Length,
        At = time.GetUtcNow(),
        Outcome = FindingOutcomes.Reported,
    };
}
