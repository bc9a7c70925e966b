namespace Registry.Soak.Clients;

/// <summary>Comes back for content that is about to be collected or just was, pushes it again where it has gone, and relies on that.</summary>
internal sealed class Returner : IClient
{
    public async Task RunOnceAsync(Visit visit)
    {
        if (visit.Pick(1.4, 3, item => !item.IsManifest) is { } found && await visit.HeadOrUploadAsync(found.Repository, found.Item))
        {
            await visit.WaitAsync();
            await visit.UseAsync(found.Repository, found.Item);
        }
    }
}
