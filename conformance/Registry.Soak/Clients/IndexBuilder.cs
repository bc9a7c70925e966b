using Registry.Soak.Content;

namespace Registry.Soak.Clients;

/// <summary>Pushes images by digest, waits, and puts an index that names them; half of the time under a tag.</summary>
internal sealed class IndexBuilder : IClient
{
    public async Task RunOnceAsync(Visit visit)
    {
        var repository = visit.Shelf.AnyRepository(visit.Random);
        var children = new List<Item>();
        for (var i = 0; i < 2; i++)
        {
            var image = visit.Shelf.AnyImage(visit.Random);
            await visit.HeadOrUploadBlobsAsync(repository, image);

            await visit.WaitAsync();
            await visit.PutAsync(repository, image);
            children.Add(image);
        }

        await visit.WaitAsync();
        await visit.PutAsync(repository, Manifests.IndexOf(children), visit.Chance(0.5) ? visit.Shelf.AnyTag(visit.Random) : null);
    }
}
