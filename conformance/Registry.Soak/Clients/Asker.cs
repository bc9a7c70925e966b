namespace Registry.Soak.Clients;

/// <summary>
/// Asks whether content is there that may be nobody's, late in the time that it has, and relies on the answer as late again.
/// A yes that is not a promise of its own is found out here.
/// </summary>
internal sealed class Asker : IClient
{
    public async Task RunOnceAsync(Visit visit)
    {
        if (visit.Pick(0.5, 1.6) is { } found && await visit.HeadAsync(found.Repository, found.Item))
        {
            await visit.WaitLateAsync();
            await visit.UseAsync(found.Repository, found.Item);
        }
    }
}
