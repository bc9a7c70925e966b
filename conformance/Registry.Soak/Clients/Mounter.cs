namespace Registry.Soak.Clients;

/// <summary>Mounts a blob from one repository into another, waits, and uses it there.</summary>
internal sealed class Mounter : IClient
{
    public async Task RunOnceAsync(Visit visit)
    {
        var repository = visit.Shelf.AnyRepository(visit.Random);
        if (visit.Pick(0.3, 1.6, item => !item.IsManifest) is { } found && found.Repository != repository
            && await visit.MountAsync(repository, found.Item, found.Repository))
        {
            await (visit.Chance(0.5) ? visit.WaitAsync() : visit.WaitLateAsync());
            await visit.UseAsync(repository, found.Item);
        }
    }
}
