using Microsoft.EntityFrameworkCore;
using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Sweeping;

/// <summary>
/// Tags that stand for a subject (<c>sha256-&lt;hex&gt;</c> of the referrers tag schema, <c>….sig</c>, <c>….att</c>, <c>….sbom</c> of
/// cosign) go when the subject has gone. One that was pushed lately stays: its subject may be on its way.
/// </summary>
internal sealed class SignatureTagStep(IDbContextFactory<IndexContext> contexts, IndexWriter writer, Deadlines deadlines, CollectionOptions options) : ISweepStep
{
    private const string Reason = "its subject has gone";

    public string Name => "signature tags";

    public void Count(RunRow run, int removed) => run.Tags += removed;

    public Task<int> RunBatchAsync(SweepPass pass, int size, CancellationToken cancellationToken) =>
        Candidates.RunBatchAsync(
            () => FindAsync(pass, size, cancellationToken),
            candidates => RemoveAsync([.. candidates.Where(tag => SignatureTag.SubjectOf(tag.Name) is not null)], pass, cancellationToken));

    private async Task<List<TagRow>> FindAsync(SweepPass pass, int size, CancellationToken cancellationToken)
    {
        var before = pass.Now - options.UntaggedAfter;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = db.Tags.Where(t => t.Id > pass.Id && t.PushedAt < before && (t.Name.StartsWith("sha256-") || t.Name.StartsWith("sha512-"))).OrderBy(t => t.Id).Take(size).ToList();
        pass.Id = found.Count > 0 ? found[^1].Id : pass.Id;
        return found;
    }

    private async Task<int> RemoveAsync(List<TagRow> signatures, SweepPass pass, CancellationToken cancellationToken) =>
        signatures.Count == 0 ? 0 : await writer.WriteBesideAsync(db => pass.Measure(writer, () => signatures.Count(tag => Remove(db, tag, pass))), cancellationToken);

    private bool Remove(IndexContext db, TagRow seen, SweepPass pass)
    {
        var (before, subject) = (pass.Now - options.UntaggedAfter, SignatureTag.SubjectOf(seen.Name));
        var tag = db.Tags.FirstOrDefault(t => t.Id == seen.Id && t.PushedAt < before);
        if (tag is null || db.Manifests.Any(m => m.RepositoryId == tag.RepositoryId && m.Digest == subject))
        {
            return false;
        }

        Receipts.OfTag(db, tag.Id, new Removal(Reason, Receipts.Registry, pass.RunId, deadlines.Now));
        TagMoves.Delete(db, tag, Receipts.Registry, Reason, deadlines.Now);
        ManifestPromises.StartWhereUnreferenced(db, [tag.ManifestId], deadlines.Now, deadlines.PromiseFromNow);
        return true;
    }
}
