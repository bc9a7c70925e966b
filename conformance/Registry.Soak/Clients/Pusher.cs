namespace Registry.Soak.Clients;

/// <summary>Uploads the blobs of a shared image, waits, and puts its manifest; or forgets to.</summary>
internal sealed class Pusher : IClient
{
    public async Task RunOnceAsync(Visit visit)
    {
        var (repository, image) = (visit.Shelf.AnyRepository(visit.Random), visit.Shelf.AnyImage(visit.Random));
        foreach (var blob in image.Edges)
        {
            await visit.UploadAsync(repository, blob);
        }

        await visit.WaitAsync();
        if (visit.Chance(0.6))
        {
            await visit.PutAsync(repository, image);
        }
    }
}
