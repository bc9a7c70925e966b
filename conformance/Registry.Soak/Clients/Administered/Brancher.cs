namespace Registry.Soak.Clients.Administered;

/// <summary>
/// Pushes under tags that the policy removes when newer ones come, and relies on what was said: the newest tags are there, and
/// what a tag named can be pulled by digest for the promise, whatever has become of the tag.
/// </summary>
internal sealed class Brancher(Branches branches) : IClient
{
    public async Task RunOnceAsync(Visit visit)
    {
        var repository = visit.Shelf.AnyRepository(visit.Random);
        var image = visit.Chance(0.5) ? visit.Shelf.AnyImage(visit.Random) : visit.OwnImage();
        if (!await branches.PushAsync(visit, repository, image, visit.Shelf.AnyBranch(visit.Random)))
        {
            return;
        }

        var named = await branches.PullAsync(visit, repository, visit.Shelf.AnyBranch(visit.Random));
        await visit.WaitLateAsync();
        await visit.UseAsync(repository, image);
        if (named is not null)
        {
            await visit.UseAsync(repository, named);
        }
    }
}
