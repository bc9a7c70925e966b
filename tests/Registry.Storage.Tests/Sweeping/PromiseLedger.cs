using Registry.Storage.Model;

namespace Registry.Storage.Tests.Sweeping;

/// <summary>What the registry has said yes to, as a client remembers it: the promise, told again without the registry's own code.</summary>
internal sealed class PromiseLedger(TimeSpan promise)
{
    private readonly Dictionary<(string Repository, Digest Blob), DateTimeOffset> blobs = [];
    private readonly Dictionary<(string Repository, Digest Manifest), (DateTimeOffset Until, IReadOnlyList<Digest> Blobs)> manifests = [];
    private readonly Dictionary<(string Repository, string Tag), Digest> tags = [];

    public void BlobYes(string repository, Digest blob, DateTimeOffset now) => blobs[(repository, blob)] = now + promise;

    public void BlobDeleted(string repository, Digest blob) => blobs.Remove((repository, blob));

    public void ManifestYes(string repository, Digest manifest, IReadOnlyList<Digest> itsBlobs, string? tag, DateTimeOffset now)
    {
        manifests[(repository, manifest)] = (now + promise, itsBlobs);
        if (tag is not null)
        {
            tags[(repository, tag)] = manifest;
        }
    }

    public void TagDeleted(string repository, string tag) => tags.Remove((repository, tag));

    public void ManifestDeleted(string repository, Digest manifest)
    {
        manifests.Remove((repository, manifest));
        foreach (var tag in tags.Where(t => t.Key.Repository == repository && t.Value == manifest).Select(t => t.Key).ToList())
        {
            tags.Remove(tag);
        }
    }

    /// <summary>Whether the manifest is tagged, or its promise is not over.</summary>
    public IEnumerable<(string Repository, Digest Manifest, IReadOnlyList<Digest> Blobs)> LiveManifests(DateTimeOffset now) =>
        manifests.Where(m => m.Value.Until > now || tags.Any(t => t.Key.Repository == m.Key.Repository && t.Value == m.Key.Manifest))
            .Select(m => (m.Key.Repository, m.Key.Manifest, m.Value.Blobs));

    public IEnumerable<(string Repository, Digest Blob)> PromisedBlobs(DateTimeOffset now) => blobs.Where(b => b.Value > now).Select(b => b.Key);
}
