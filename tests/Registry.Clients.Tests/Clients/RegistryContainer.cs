using System.Diagnostics;
using System.Globalization;
using Registry.Testing;

namespace Registry.Clients.Tests.Clients;

/// <summary>Our registry in a container, on a free port of 127.0.0.1, removed at the end.</summary>
internal sealed class RegistryContainer : IAsyncDisposable
{
    private const string Healthy = "health_status: healthy";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private RegistryContainer(string name, string authority) => (Name, Authority) = (name, authority);

    public string Name { get; }

    public string Authority { get; }

    /// <summary>Starts a container of <paramref name="image"/> that has its data in <paramref name="volume"/>, and returns when it is healthy.</summary>
    /// <param name="options">More options of <c>docker run</c>.</param>
    public static async Task<RegistryContainer> StartAsync(string image, string volume, params string[] options)
    {
        // Named by us: a container that was made and could not be started has no other name for us to remove it by.
        var name = $"registry-clients-{Guid.NewGuid():N}";
        try
        {
            // The image's own health check, asked more often so that a test need not wait for it.
            await Docker.RunAsync(["run", "--detach", "--name", name, "--publish", "127.0.0.1::5000", "--volume", $"{volume}:/data", "--health-interval", "1s", .. options, image]);
            await WaitUntilHealthyAsync(name);
            return new RegistryContainer(name, (await Docker.RunAsync("port", name, "5000/tcp")).Trim());
        }
        catch
        {
            await RemoveAsync(name);
            throw;
        }
    }

    /// <summary>Stops it as an operator does, and returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        await Docker.RunAsync("stop", Name);
        return int.Parse(await Docker.InspectAsync(Name, "{{.State.ExitCode}}"), CultureInfo.InvariantCulture);
    }

    public ValueTask DisposeAsync() => new(RemoveAsync(Name));

    // Where there is nothing to remove, the failure to report is the one before.
    private static async Task RemoveAsync(string name) => await Tool.TryRunAsync("docker", ["rm", "--force", "--volumes", name]);

    /// <summary>Reads the engine's events of the container from its start on: nothing is missed, and nothing is polled.</summary>
    private static async Task WaitUntilHealthyAsync(string name)
    {
        var started = await Docker.InspectAsync(name, "{{.State.StartedAt}}");
        using var events = Process.Start(new ProcessStartInfo(
            "docker",
            ["events", "--since", started, "--filter", $"container={name}", "--filter", "event=health_status", "--filter", "event=die", "--format", "{{.Action}}"])
        {
            RedirectStandardOutput = true,
        })!;
        using var limit = new CancellationTokenSource(Patience);
        var last = "nothing";
        try
        {
            while (last is not (Healthy or "die" or null))
            {
                last = await events.StandardOutput.ReadLineAsync(limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            last = $"no more than '{last}' in {Patience}";
        }
        finally
        {
            events.Kill();
            await events.WaitForExitAsync(CancellationToken.None);
        }

        if (last != Healthy)
        {
            var logs = await Tool.TryRunAsync("docker", ["logs", name]);
            Assert.Fail($"The container did not become healthy ({last}):\n{logs.Output}\n{logs.Error}");
        }
    }
}
