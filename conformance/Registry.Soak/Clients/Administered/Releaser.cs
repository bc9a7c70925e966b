using Registry.Soak.Content;
using Registry.Soak.Promises;
using Registry.Soak.Wire;

namespace Registry.Soak.Clients.Administered;

/// <summary>
/// Sets tags that a rule covers and that go nevertheless never: protected ones, which move, and immutable ones, which must
/// neither move nor be deleted, by whichever way it is tried.
/// </summary>
internal sealed class Releaser(Connection connection) : IClient
{
    private readonly Dictionary<(string Repository, string Tag), Item> released = [];

    public async Task RunOnceAsync(Visit visit)
    {
        var repository = visit.Shelf.AnyRepository(visit.Random);
        await PushAsync(visit, repository, visit.Shelf.AnyImage(visit.Random), visit.Shelf.AnyProtected(visit.Random));
        await visit.PullTagAsync(repository, visit.Shelf.AnyProtected(visit.Random));

        var tag = $"v-{visit.Number}";
        if (!released.TryGetValue((repository, tag), out var release))
        {
            release = visit.OwnImage();
            if (await PushAsync(visit, repository, release, tag))
            {
                released.Add((repository, tag), release);
            }

            return;
        }

        await TryToRemoveAsync(visit, repository, tag, release);
        await visit.WaitLateAsync();
        await visit.DemandTagAsync("immutable tag GET", repository, tag, release, TimeSpan.MaxValue, "and is immutable");
        await visit.PullAsync(repository, release, new Because("under an immutable tag", TimeSpan.MaxValue));
    }

    private async Task TryToRemoveAsync(Visit visit, string repository, string tag, Item release)
    {
        var about = $"{repository}:{tag}";
        await visit.DemandAsync("immutable tag DELETE", about, [409], connection.DeleteAsync(repository, $"manifests/{tag}"));
        await visit.DemandAsync("immutable manifest DELETE", about, [409], connection.DeleteAsync(repository, release.Resource));
        // Of blobs that the release keeps, so that there is no other reason to refuse it.
        var other = Manifests.ImageOf(release.Edges[0], [release.Edges[0]], "another");
        await visit.DemandAsync("immutable tag PUT", about, [409], connection.PutManifestAsync(repository, other, tag));
    }

    private static async Task<bool> PushAsync(Visit visit, string repository, Item image, string tag)
    {
        await visit.HeadOrUploadBlobsAsync(repository, image);

        return await visit.PutAsync(repository, image, tag);
    }
}
