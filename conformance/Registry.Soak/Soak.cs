using Registry.Soak.Clients;
using Registry.Soak.Clients.Administered;
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

    /// <summary>So many of the kinds above come with one of each kind of <see cref="AdministeredKinds"/>.</summary>
    private const int ClientsPerAdministered = 16;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    public static async Task<SoakReport> RunAsync(SoakOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using var connection = new Connection(options.Registry, time);
        var (shelf, book) = (new Shelf(options), new PromiseBook(options.Promise));
        var all = await MakeClientsAsync(options, shelf, connection);
        var founder = NewVisit(all.Count, cancellationToken);
        foreach (var repository in shelf.Repositories.Concat(Enumerable.Range(0, all.Count).Select(shelf.OwnRepository)))
        {
            await founder.FoundAsync(repository);
        }

        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            var clients = all.Select((client, number) => RunClientAsync(client, number, stop.Token)).ToList();
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

        async Task RunClientAsync(IClient client, int number, CancellationToken token)
        {
            var visit = NewVisit(number, token);
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

    private static async Task<IReadOnlyList<IClient>> MakeClientsAsync(SoakOptions options, Shelf shelf, Connection connection)
    {
        var clients = Enumerable.Range(0, options.Clients).Select(number => Kinds[number % Kinds.Count]()).ToList();
        if (options.Admin is { } address)
        {
            var admin = new AdminApi(connection, address);
            await SetPolicyAsync(admin, shelf);
            var administered = AdministeredKinds(admin, connection, new Branches(new NewestTags(Shelf.NewestKept)));
            for (var i = 0; i < Math.Max(1, options.Clients / ClientsPerAdministered); i++)
            {
                clients.AddRange(administered.Select(kind => kind()));
            }
        }

        return clients;
    }

    /// <summary>Those that need our admin API.</summary>
    private static IReadOnlyList<Func<IClient>> AdministeredKinds(AdminApi admin, Connection connection, Branches branches) =>
    [
        () => new Brancher(branches), () => new Host(admin, connection, branches), () => new Signer(connection, branches), () => new Restorer(admin, branches),
        () => new Planner(admin, branches), () => new Releaser(connection), () => new Runner(admin),
    ];

    private static async Task SetPolicyAsync(AdminApi admin, Shelf shelf)
    {
        var reply = await admin.SetPolicyAsync(shelf.Pattern);
        if (reply.Status != 200)
        {
            throw new InvalidOperationException($"The policy of the soak was not set: {reply.Request}: {reply.Shown}");
        }
    }
}
