using System.Diagnostics;
using System.Text;

namespace Registry.Testing;

/// <summary>
/// Our registry as its own process on a free loopback port: what a real client meets, and what <c>kill -9</c> needs.
/// </summary>
public sealed class RegistryProcess : IAsyncDisposable
{
    private const string ListeningMarker = "Now listening on: ";

    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly StringBuilder output;
    private readonly bool ownsData;

    private RegistryProcess(Process process, Uri url, string dataDirectory, StringBuilder output, bool ownsData)
    {
        this.process = process;
        this.output = output;
        this.ownsData = ownsData;
        Url = url;
        DataDirectory = dataDirectory;
    }

    /// <summary>The base address, for example <c>http://127.0.0.1:41017/</c>.</summary>
    public Uri Url { get; }

    public string DataDirectory { get; }

    public int Id => process.Id;

    /// <summary>Host and port as clients write them in front of a repository's name.</summary>
    public string Authority => Url.Authority;

    /// <summary>What the process has written so far.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    /// <summary>Returns when it serves: on a bucket that is some time after it listens.</summary>
    public async Task ReadyAsync()
    {
        using var client = new HttpClient { BaseAddress = Url };
        await Wait.UntilAsync(
            async () =>
            {
                using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));
                return answer.IsSuccessStatusCode;
            },
            $"ready; it has written: {Output}");
    }

    /// <summary>Starts the registry and returns when it listens.</summary>
    /// <param name="dataDirectory">An existing data directory, kept at the end; null for a fresh one, removed at the end.</param>
    /// <param name="arguments">Command-line settings, for example <c>--Registry:Collection:Promise=00:00:05</c>.</param>
    /// <param name="urls">Where it listens; the default is a free port on 127.0.0.1.</param>
    /// <param name="diskSize">Bytes of a small disk of its own (tmpfs) that the data directory is on; null for the disk that is there. Needs <c>unshare</c>.</param>
    /// <param name="program">Another build of it (the path of its <c>Registry.Api.dll</c>) than the one that the tests were built with.</param>
    /// <exception cref="InvalidOperationException">The process ended before it listened; the message has its output.</exception>
    public static async Task<RegistryProcess> StartAsync(
        string? dataDirectory = null, IEnumerable<string>? arguments = null, string urls = "http://127.0.0.1:0", string? program = null, long? diskSize = null)
    {
        var ownsData = dataDirectory is null;
        dataDirectory ??= Directory.CreateTempSubdirectory("registry-test-").FullName;
        var start = new ProcessStartInfo(diskSize is null ? "dotnet" : "unshare")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = dataDirectory,
        };
        // The disk is there for this process only, and goes with it.
        string[] onSmallDisk = ["--user", "--map-root-user", "--mount", "sh", "-c", $"mount -t tmpfs -o size={diskSize} tmpfs \"$0\" && exec dotnet \"$@\"", dataDirectory];
        foreach (var argument in (diskSize is null ? [] : onSmallDisk).Concat(
                 [
                     program ?? Path.Combine(AppContext.BaseDirectory, "Registry.Api.dll"), "--urls", urls,
                     "--Registry:DataDirectory", dataDirectory, .. arguments ?? [],
                 ]))
        {
            start.ArgumentList.Add(argument);
        }

        var process = new Process { StartInfo = start };
        var output = new StringBuilder();
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) => Receive(line.Data);
        process.ErrorDataReceived += (_, line) => Receive(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        using var patience = new CancellationTokenSource(LongestStart);
        var exited = process.WaitForExitAsync(patience.Token);
        if (await Task.WhenAny(listening.Task, exited) == exited)
        {
            var ended = process.HasExited ? $"ended with {process.ExitCode} before it listened" : $"did not listen within {LongestStart}";
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"The registry {ended}:\n{output}");
        }

        return new RegistryProcess(process, await listening.Task, dataDirectory, output, ownsData);

        void Receive(string? line)
        {
            if (line is null)
            {
                return;
            }

            lock (output)
            {
                output.AppendLine(line);
            }

            var at = line.IndexOf(ListeningMarker, StringComparison.Ordinal);
            if (at >= 0 && Uri.TryCreate(line[(at + ListeningMarker.Length)..].Split('"', ' ')[0], UriKind.Absolute, out var url))
            {
                listening.TrySetResult(url);
            }
        }
    }

    /// <summary>kill -9: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as an orchestrator stops a container; returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
        if (ownsData)
        {
            Directory.Delete(DataDirectory, recursive: true);
        }
    }
}
