using Registry.Soak.Content;

namespace Registry.Soak.Clients;

/// <summary>
/// Deletes what is its own and only that: no DELETE of it is the reason for anybody's loss. What others share with it, blobs
/// in the same repository or the same digests in others, stays promised.
/// </summary>
internal sealed class Deleter : IClient
{
    public Task RunOnceAsync(Visit visit) => visit.Random.Next(4) switch
    {
        0 => DeleteManifestBesideOthersAsync(visit),
        1 => DeleteTagBesideOthersAsync(visit),
        2 => DeleteBlobAsync(visit),
        _ => DeleteAllOfItsOwnAsync(visit),
    };

    /// <summary>Its own manifest of shared blobs goes; the blobs are promised still.</summary>
    private static async Task DeleteManifestBesideOthersAsync(Visit visit)
    {
        var repository = visit.Shelf.AnyRepository(visit.Random);
        if (await PushOwnAsync(visit, repository, tag: null) is { } image)
        {
            await visit.DeleteAsync(repository, image);
            await visit.WaitLateAsync();
            await visit.UseAsync(repository, image.Edges[0]);
        }
    }

    /// <summary>Its own tag of a shared image goes; the image is promised still.</summary>
    private static async Task DeleteTagBesideOthersAsync(Visit visit)
    {
        var (repository, image) = (visit.Shelf.AnyRepository(visit.Random), visit.Shelf.AnyImage(visit.Random));
        await visit.HeadOrUploadBlobsAsync(repository, image);

        if (await visit.PutAsync(repository, image, visit.OwnTag))
        {
            await visit.DeleteTagAsync(repository, visit.OwnTag);
            await visit.WaitLateAsync();
            await visit.UseAsync(repository, image);
        }
    }

    /// <summary>A shared digest leaves its own repository, and comes back at once.</summary>
    private static async Task DeleteBlobAsync(Visit visit)
    {
        var (repository, blob) = (visit.OwnRepository, visit.Shelf.AnyBlob(visit.Random));
        await visit.UploadAsync(repository, blob);
        await visit.DeleteAsync(repository, blob);
        if (await visit.UploadAsync(repository, blob))
        {
            await visit.WaitAsync();
            await visit.UseAsync(repository, blob);
        }
    }

    private static async Task DeleteAllOfItsOwnAsync(Visit visit)
    {
        var repository = visit.OwnRepository;
        if (await PushOwnAsync(visit, repository, visit.OwnTag) is not { } image)
        {
            return;
        }

        await visit.WaitAsync();
        await visit.PullAsync(repository, image);
        await visit.DeleteTagAsync(repository, visit.OwnTag);
        await visit.WaitAsync();
        await visit.PullAsync(repository, image);
        await visit.DeleteAsync(repository, image);
        foreach (var blob in image.Edges)
        {
            await visit.DeleteAsync(repository, blob);
        }
    }

    private static async Task<Item?> PushOwnAsync(Visit visit, string repository, string? tag)
    {
        var image = visit.OwnImage();
        await visit.HeadOrUploadBlobsAsync(repository, image);

        await visit.WaitAsync();
        return await visit.PutAsync(repository, image, tag) ? image : null;
    }
}
