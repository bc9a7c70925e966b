using System.Collections.Concurrent;
using System.Globalization;
using Registry.Api.Tests.Serving;
using Registry.Storage.Buckets;
using Registry.Testing;

namespace Registry.Api.Tests.Faults;

/// <summary>A registry on a bucket of its own, behind a proxy that disturbs what it asks of the bucket.</summary>
internal sealed class DisturbedRegistry : IAsyncDisposable
{
    private readonly S3Options bucket;

    private DisturbedRegistry(S3Options bucket, DisturbingProxy proxy, RegistryProcess process)
    {
        (this.bucket, Proxy, Process) = (bucket, proxy, process);
        Raw = new RegistryClient(process.Url);
        Client = new PatientClient(Raw, Complaints);
    }

    public S3Options Bucket => bucket;

    public DisturbingProxy Proxy { get; }

    public RegistryProcess Process { get; }

    public RegistryClient Raw { get; }

    public PatientClient Client { get; }

    /// <summary>Answers that no client should get.</summary>
    public ConcurrentBag<string> Complaints { get; } = [];

    /// <summary>Starts it, and returns when it owns the bucket. Nothing is disturbed yet.</summary>
    public static async Task<DisturbedRegistry> StartAsync(int seed, params string[] settings)
    {
        var bucket = await S3Server.NewPrefixAsync();
        var proxy = await DisturbingProxy.StartAsync(bucket.Endpoint, seed);
        var process = await RegistryProcess.StartAsync(arguments: [.. Settings(bucket, proxy.Url), .. settings]);
        var registry = new DisturbedRegistry(bucket, proxy, process);
        await registry.Client.UntilReadyAsync();
        return registry;
    }

    /// <summary>Another one on the same bucket, with an empty data directory; it is ready.</summary>
    public async Task<RegistryProcess> StartAnotherAsync(params string[] settings)
    {
        var process = await RegistryProcess.StartAsync(arguments: [.. Settings(bucket, Proxy.Url), .. settings]);
        using var client = new RegistryClient(process.Url);
        try
        {
            await new PatientClient(client, Complaints).UntilReadyAsync();
            return process;
        }
        catch (Exception e)
        {
            await process.DisposeAsync();
            throw new InvalidOperationException(process.Output, e);
        }
    }

    /// <summary>Everything goes through again, and what was under way has ended; returns when the registry is ready.</summary>
    public async Task HealAsync()
    {
        Proxy.Heal();
        await Client.UntilReadyAsync();
        await Wait.UntilAsync(() => Proxy.IsIdle, "nothing is under way to the bucket");
        await Client.UntilReadyAsync();
    }

    /// <summary>The most memory that the process has ever had, in bytes.</summary>
    public long PeakMemory() => File.ReadLines($"/proc/{Process.Id}/status").Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024).Single();

    /// <summary>What it has warned of: of its lease, of its journal.</summary>
    public string Warnings() => string.Join('\n', Process.Output.Split('\n').Where(line => line.Contains(" warn: ", StringComparison.Ordinal)).Take(40));

    public async ValueTask DisposeAsync()
    {
        Raw.Dispose();
        await Process.DisposeAsync();
        await Proxy.DisposeAsync();
        await S3Server.CleanAsync(bucket);
    }

    private static IEnumerable<string> Settings(S3Options bucket, Uri endpoint) =>
    [
        "--Registry:Storage:Provider=S3", $"--Registry:Storage:S3:Endpoint={endpoint}", $"--Registry:Storage:S3:Bucket={bucket.Bucket}",
        $"--Registry:Storage:S3:Prefix={bucket.Prefix}", $"--Registry:Storage:S3:Region={bucket.Region}",
        $"--Registry:Storage:S3:AccessKey={bucket.AccessKey}", $"--Registry:Storage:S3:SecretKey={bucket.SecretKey}",
        // Else what happens is hard to find between them.
        "--Logging:LogLevel:Registry.Api.Observability.AccessLogMiddleware=None", "--Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks=None",
        // Collections only when they are asked for.
        "--Registry:Collection:Schedule=0 0 0 1 1 ? 2099",
    ];
}
