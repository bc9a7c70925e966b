using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>Deleting manifests and tags because a client asks for it.</summary>
public sealed class ManifestRemoval(IndexWriter writer, TagProtection protection, Deadlines deadlines)
{
    /// <summary>Deletes a tag; its manifest stays for the promise. Errors: ManifestUnknown, TagImmutable.</summary>
    /// <param name="by">Who asked, for the tag history.</param>
    public Task<RegistryError?> DeleteTagAsync(RepositoryName repository, Tag tag, string by, CancellationToken cancellationToken) =>
        writer.WriteAsync<RegistryError?>(
            db =>
            {
                var name = tag.ToString();
                var row = Repositories.Find(db, repository) is { } repositoryId
                    ? db.Tags.FirstOrDefault(t => t.RepositoryId == repositoryId && t.Name == name)
                    : null;
                if (row is null)
                {
                    return ManifestContent.Unknown(repository, name);
                }

                if (protection.FindRefusalToDelete(repository, tag) is { } refusal)
                {
                    return refusal;
                }

                Receipts.OfTag(db, row.Id, new Removal(Receipts.ByClient, by, RunId: null, deadlines.Now));
                TagMoves.Delete(db, row, by, "deleted", deadlines.Now);
                ManifestPromises.StartWhereUnreferenced(db, [row.ManifestId], deadlines.Now, deadlines.PromiseFromNow);
                return null;
            },
            cancellationToken);

    /// <summary>Deletes a manifest with its tags at once. Errors: ManifestUnknown, ManifestInUse while an index names it, ManifestPinned, TagImmutable.</summary>
    public Task<RegistryError?> DeleteAsync(RepositoryName repository, Digest digest, string by, CancellationToken cancellationToken) =>
        writer.WriteAsync<RegistryError?>(
            db =>
            {
                var text = digest.ToString();
                var repositoryId = Repositories.Find(db, repository);
                var manifestId = db.Manifests.Where(m => m.RepositoryId == repositoryId && m.Digest == text).Select(m => (long?)m.Id).FirstOrDefault();
                if (repositoryId is not { } owner || manifestId is not { } id)
                {
                    return ManifestContent.Unknown(repository, text);
                }

                var parent = db.ChildEdges.Where(e => e.ChildId == id).Join(db.Manifests, e => e.ParentId, m => m.Id, (e, m) => m.Digest).FirstOrDefault();
                if (parent is not null)
                {
                    return new RegistryError(
                        ErrorKind.ManifestInUse,
                        $"The manifest {digest} is part of the index {parent} of {repository}, which would be broken without it. Delete the index first; its parts then go by themselves.",
                        new { digest = text, index = parent });
                }

                if (protection.FindRefusalToDelete(db, repository, id, text) is { } refusal)
                {
                    return refusal;
                }

                var removal = new Removal(Receipts.ByClient, by, RunId: null, deadlines.Now);
                Receipts.OfTagsOf(db, id, removal);
                Receipts.OfManifests(db, [id], removal);
                TagMoves.DeleteAllOf(db, owner, id, by, "manifest deleted", deadlines.Now);
                Dropping.Manifests(db, [id], deadlines.Now, deadlines.PromiseFromNow);
                return null;
            },
            cancellationToken);
}
