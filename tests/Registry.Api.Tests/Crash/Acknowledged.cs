using System.Collections.Concurrent;
using Registry.Api.Tests.Serving;

namespace Registry.Api.Tests.Crash;

/// <summary>An image as its pusher remembers it.</summary>
internal sealed record PushedImage(string Repository, Content Manifest, IReadOnlyList<Content> Blobs, string? Tag);

/// <summary>
/// What the registry has said yes to. A removal is noted before it is asked for, since its answer may be lost: what then
/// becomes of the image is open, until the registry has said yes to that too.
/// </summary>
internal sealed class Acknowledged
{
    private readonly ConcurrentDictionary<string, PushedImage> pushed = new();
    private readonly ConcurrentDictionary<string, PushedImage> removed = new();

    public int Pushed => pushed.Count;

    public int Removed => removed.Count;

    public void Push(PushedImage image) => pushed[image.Manifest.Digest] = image;

    /// <summary>Takes one that is there, to remove it.</summary>
    public PushedImage? TakeAny(Random random)
    {
        var digests = pushed.Keys;
        var digest = digests.ElementAtOrDefault(random.Next(Math.Max(1, digests.Count)));
        return digest is not null && pushed.TryRemove(digest, out var image) ? image : null;
    }

    public void Remove(PushedImage image) => removed[image.Manifest.Digest] = image;

    /// <summary>What is not as it was acknowledged, in words; empty is good.</summary>
    public async Task<IReadOnlyList<string>> FindBrokenAsync(RegistryClient client)
    {
        var broken = new List<string>();
        foreach (var image in pushed.Values)
        {
            var repository = new TestRepository(client, image.Repository);
            foreach (var reference in new[] { image.Manifest.Digest, image.Tag }.OfType<string>())
            {
                if (!Is(await repository.GetAsync($"manifests/{reference}"), image.Manifest))
                {
                    broken.Add($"{image.Repository} {reference}: the manifest is not there");
                }
            }

            foreach (var blob in image.Blobs)
            {
                if (!Is(await repository.GetAsync($"blobs/{blob.Digest}"), blob))
                {
                    broken.Add($"{image.Repository} {image.Manifest.Digest}: its blob {blob.Digest} is not there");
                }
            }
        }

        foreach (var image in removed.Values)
        {
            if ((await new TestRepository(client, image.Repository).GetAsync($"manifests/{image.Manifest.Digest}")).Status != 404)
            {
                broken.Add($"{image.Repository} {image.Manifest.Digest}: deleted, and there again");
            }
        }

        return broken;
    }

    private static bool Is(Answer answer, Content expected) => answer.Status == 200 && answer.Body.AsSpan().SequenceEqual(expected.Bytes);
}
