using Registry.Soak.Content;

namespace Registry.Soak.Clients;

/// <summary>
/// Asks whether content is there that may be nobody's, late in the time that it has, and relies on the answers as late again.
/// A yes that is not a promise of its own is found out here.
/// </summary>
internal sealed class Asker : IClient
{
    private const int AtOnce = 4;

    public async Task RunOnceAsync(Visit visit)
    {
        var promised = new List<(string Repository, Item Item)>();
        for (var i = 0; i < AtOnce; i++)
        {
            if (visit.Pick(0.5, 1.6) is { } found && await visit.HeadAsync(found.Repository, found.Item))
            {
                promised.Add(found);
            }
        }

        if (promised.Count > 0)
        {
            await visit.WaitLateAsync();
            foreach (var (repository, item) in promised)
            {
                await visit.UseAsync(repository, item);
            }
        }
    }
}
