using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using Registry.Benchmarks.Load;

namespace Registry.Benchmarks.Measuring;

/// <summary>What the admin API says of a run.</summary>
internal sealed record RunStatus(long Id, string Status, string Step, string? Error, long Tags, long Manifests, long Links, long CondemnedObjects, long Objects, long FreedBytes)
{
    public bool HasEnded => Status is "done" or "failed";

    public bool DidSomething => Tags + Manifests + Links + CondemnedObjects + Objects > 0;
}

/// <summary>
/// Collects until a run finds nothing more to do. What one run leaves has a promise, which must be over before the next one can
/// take it: the pauses are not counted, the runs are.
/// </summary>
internal sealed class CollectionRuns(Uri registry, TimeProvider time) : IDisposable
{
    private const int MostRuns = 50;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = registry, Timeout = TimeSpan.FromMinutes(30) };
    private readonly List<long> runs = [];

    /// <summary>Seconds of all runs by step.</summary>
    public Dictionary<string, double> Steps { get; } = [];

    public async Task SetPolicyAsync(string policy, CancellationToken cancellationToken)
    {
        using var content = new StringContent(policy, Encoding.UTF8, "application/json");
        using var response = await http.PutAsync("/api/v1/policy", content, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <param name="pause">Longer than the promises and times that one run starts.</param>
    /// <param name="enter">Told when a run begins and ends.</param>
    public async Task RunAllAsync(TimeSpan pause, Action<Phase> enter, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MostRuns; i++)
        {
            enter(Phase.DuringRun);
            var run = await RunAsync(cancellationToken);
            enter(Phase.Other);
            if (run.Error is { } error)
            {
                throw new InvalidOperationException(error);
            }

            if (!run.DidSomething)
            {
                return;
            }

            await Task.Delay(pause, time, cancellationToken);
        }

        throw new InvalidOperationException($"After {MostRuns} runs there is still something to remove.");
    }

    /// <summary>What all runs did, bytes included that were freed after a run's end.</summary>
    public async Task<RunStatus> SumAsync(CancellationToken cancellationToken)
    {
        var sum = new RunStatus(0, "done", "", null, 0, 0, 0, 0, 0, 0);
        foreach (var id in runs)
        {
            var run = await FindAsync(id, cancellationToken);
            sum = sum with
            {
                Tags = sum.Tags + run.Tags, Manifests = sum.Manifests + run.Manifests, Links = sum.Links + run.Links,
                CondemnedObjects = sum.CondemnedObjects + run.CondemnedObjects, Objects = sum.Objects + run.Objects, FreedBytes = sum.FreedBytes + run.FreedBytes,
            };
        }

        return sum;
    }

    public void Dispose() => http.Dispose();

    private async Task<RunStatus> RunAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var response = await http.PostAsync("/api/v1/runs", null, cancellationToken);
        var run = (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<RunStatus>(cancellationToken))!;
        runs.Add(run.Id);
        while (!run.HasEnded)
        {
            await Task.Delay(Poll, time, cancellationToken);
            var step = run.Step;
            run = await FindAsync(run.Id, cancellationToken);
            var now = Stopwatch.GetTimestamp();
            Steps[step] = Steps.GetValueOrDefault(step) + Stopwatch.GetElapsedTime(started, now).TotalSeconds;
            started = now;
        }

        return run;
    }

    private async Task<RunStatus> FindAsync(long id, CancellationToken cancellationToken) =>
        (await http.GetFromJsonAsync<RunStatus>($"/api/v1/runs/{id.ToString(CultureInfo.InvariantCulture)}", cancellationToken))!;
}
