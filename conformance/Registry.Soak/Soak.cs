using Registry.Soak.Clients;
using Registry.Soak.Content;
using Registry.Soak.Promises;
using Registry.Soak.Wire;

namespace Registry.Soak;

/// <summary>A soak: clients of every kind until the time is over, then a count of what is left.</summary>
internal static class Soak
{
    private static readonly IReadOnlyList<Func<IClient>> Kinds =
    [
        () => new Pusher(), () => new Asker(), () => new Puller(), () => new Mounter(),
        () => new Tagger(), () => new Deleter(), () => new IndexBuilder(), () => new Returner(),
    ];

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    public static async Task<SoakReport> RunAsync(SoakOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using var connection = new Connection(options.Registry, time);
        var (shelf, book) = (new Shelf(options), new PromiseBook(options.Promise));
        var founder = NewVisit(options.Clients, cancellationToken);
        foreach (var repository in shelf.Repositories.Concat(Enumerable.Range(0, options.Clients).Select(shelf.OwnRepository)))
        {
            await founder.FoundAsync(repository);
        }

        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            var clients = Enumerable.Range(0, options.Clients).Select(number => RunClientAsync(number, stop.Token)).ToList();
            var isEnough = false;
            while (!isEnough && connection.Now < options.Duration)
            {
                await Task.Delay(Tick, time, cancellationToken);
                isEnough = book.Broken.Count >= options.MaxBroken || clients.Exists(client => client.IsFaulted);
            }

            await stop.CancelAsync();
            await Task.WhenAll(clients);
            var (ran, collected) = (connection.Now, book.Collected);
            if (!isEnough)
            {
                await Task.Delay(options.SettleOrDefault, time, cancellationToken);
            }

            var left = await Leftovers.CountAsync(founder, book, connection);
            return new SoakReport(options, shelf, book, ran, collected, left);
        }

        Visit NewVisit(int number, CancellationToken token) => new(number, shelf, book, connection, new Random(unchecked((options.Seed * 1009) + number)), time, token);

        async Task RunClientAsync(int number, CancellationToken token)
        {
            var (client, visit) = (Kinds[number % Kinds.Count](), NewVisit(number, token));
            try
            {
                while (!token.IsCancellationRequested)
                {
                    await client.RunOnceAsync(visit);
                    await visit.PauseAsync();
                }
            }
            catch (OperationCanceledException)
            {
                // The soak is over; a promise that it waited for is not used any more.
            }
        }
    }
}
