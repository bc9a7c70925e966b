namespace Registry.Soak.Clients;

/// <summary>Pulls what a tag names, whole: it may move meanwhile, but what was named is there.</summary>
internal sealed class Puller : IClient
{
    public Task RunOnceAsync(Visit visit) => visit.PullTagAsync(visit.Shelf.AnyRepository(visit.Random), visit.Shelf.AnyTag(visit.Random));
}
