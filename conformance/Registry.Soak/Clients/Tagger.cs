namespace Registry.Soak.Clients;

/// <summary>Pushes as clients do, under a tag that moves: what it named before is nobody's from then on.</summary>
internal sealed class Tagger : IClient
{
    public async Task RunOnceAsync(Visit visit)
    {
        var (repository, image) = (visit.Shelf.AnyRepository(visit.Random), visit.Shelf.AnyImage(visit.Random));
        await visit.HeadOrUploadBlobsAsync(repository, image);

        await visit.WaitAsync();
        await visit.PutAsync(repository, image, visit.Shelf.AnyTag(visit.Random));
    }
}
