using Registry.Storage.Journal;

namespace Registry.Api.Owning;

/// <summary>
/// Starts what only the owner may run when this process is the owner: on a file system with the host, on a bucket when it has taken over. When another one
/// has taken over from it, it stops the process.
/// </summary>
internal sealed class OwnedServices(IServiceProvider services, IOwnership ownership, Beginning beginning, IHostApplicationLifetime lifetime, ILogger<OwnedServices> log) : IHostedService, IDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly List<IHostedService> started = [];
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;
    private volatile bool areStarted;

    /// <summary>The registry can do its work: the index is up to date, and everything runs.</summary>
    public bool AreStarted => areStarted;

    /// <summary>Another one has taken over.</summary>
    public bool IsFenced => ownership.Fenced.IsCompleted;

    /// <summary>What kept it from starting after it had begun to listen, for a person.</summary>
    public IReadOnlyList<string> Mistakes { get; private set; } = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (ownership.Owned.IsCompleted)
        {
            // The host has begun already, before it listens, and whatever fails here keeps it from that.
            await StartAllAsync(cancellationToken);
            return;
        }

        ownership.Start();
        running = Task.Run(() => OwnAsync(stopping.Token), CancellationToken.None);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await running;
        // As the host does it: the last one first.
        foreach (var service in Enumerable.Reverse(started))
        {
            try
            {
                await service.StopAsync(cancellationToken);
            }
            catch (Exception e)
            {
                log.LogWarning("{Service} could not be stopped in order: {Reason}", service.GetType().Name, e.Message);
            }
        }

        // However long the others took: it is one short request, and saves the next owner its wait.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await ownership.ReleaseAsync(patience.Token);
    }

    public void Dispose() => stopping.Dispose();

    private async Task OwnAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAny(ownership.Owned, ownership.Fenced).WaitAsync(cancellationToken);
            if (!IsFenced)
            {
                Mistakes = await BeginAsync(cancellationToken);
                if (Mistakes.Count == 0)
                {
                    await ownership.Fenced.WaitAsync(cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e) when (!IsFenced)
        {
            Mistakes = [beginning.Explain(e)];
        }
        catch (Exception e)
        {
            log.LogInformation("What had begun has ended, since another one has taken over: {Reason}", e.Message);
        }

        lifetime.StopApplication();
    }

    /// <summary>A bucket that fails for a moment does not end an owner that has just taken over: who would take over from it would meet the same one.</summary>
    private async Task<IReadOnlyList<string>> BeginAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var mistakes = await beginning.RunAsync(cancellationToken);
                if (mistakes.Count == 0)
                {
                    await StartAllAsync(cancellationToken);
                }

                return mistakes;
            }
            catch (IOException e) when (!IsFenced)
            {
                log.LogWarning("The registry owns the bucket and cannot begin yet: {Reason} It is tried again.", e.Message);
                await Task.Delay(Again, TimeProvider.System, cancellationToken);
            }
        }
    }

    private async Task StartAllAsync(CancellationToken cancellationToken)
    {
        // Those that an earlier try has started are.
        foreach (var service in WhenOwned.Find(services).Skip(started.Count))
        {
            await service.StartAsync(cancellationToken);
            started.Add(service);
            if (service is BackgroundService { ExecuteTask: { } work })
            {
                _ = WatchAsync(service, work);
            }
        }

        areStarted = true;
    }

    /// <summary>As the host does with its own: a background service that fails ends the process.</summary>
    private async Task WatchAsync(IHostedService service, Task work)
    {
        try
        {
            await work;
        }
        catch (Exception e) when (!lifetime.ApplicationStopping.IsCancellationRequested)
        {
            log.LogCritical(e, "{Service} has failed; the registry stops.", service.GetType().Name);
            lifetime.StopApplication();
        }
    }
}
