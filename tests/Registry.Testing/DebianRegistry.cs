using System.Diagnostics;

namespace Registry.Testing;

/// <summary>
/// Debian's <c>docker-registry</c> over a folder of its own, with deletion enabled: an honest registry of an older specification, to
/// compare with.
/// </summary>
public sealed class DebianRegistry : IAsyncDisposable
{
    public const string Program = "docker-registry";

    private const string ListeningMarker = "listening on ";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("debian-registry-");
    private Process? process;

    public DebianRegistry() => File.WriteAllText(Configuration, $"""
        version: 0.1
        log:
          level: error
          accesslog:
            disabled: true
        storage:
          filesystem:
            rootdirectory: {DataDirectory}
          delete:
            enabled: true
        http:
          addr: 127.0.0.1:0
        """);

    /// <summary>The file that its other commands take too, for example <c>garbage-collect</c>.</summary>
    public string Configuration => Path.Combine(folder.FullName, "config.yml");

    public string DataDirectory => Path.Combine(folder.FullName, "data");

    /// <summary>The version as the program says it, for example <c>2.8.2+ds1</c>.</summary>
    public static async Task<string> VersionAsync() => (await Tool.RunAsync(Program, ["--version"])).Trim().Split(' ')[^1];

    /// <summary>Starts it on a free port and returns when it listens.</summary>
    /// <exception cref="InvalidOperationException">It ended before it listened.</exception>
    public async Task<Uri> StartAsync()
    {
        // At level error it does not say where it listens.
        process = new Process
        {
            StartInfo = new ProcessStartInfo(Program, ["serve", Configuration]) { RedirectStandardError = true, RedirectStandardOutput = true, Environment = { ["REGISTRY_LOG_LEVEL"] = "info" } },
        };
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, line) => Receive(line.Data);
        process.OutputDataReceived += (_, line) => Receive(line.Data);
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        await Task.WhenAny(listening.Task, process.WaitForExitAsync());
        return listening.Task.IsCompletedSuccessfully ? await listening.Task : throw new InvalidOperationException($"{Program} ended before it listened.");

        void Receive(string? line)
        {
            var at = line?.IndexOf(ListeningMarker, StringComparison.Ordinal) ?? -1;
            if (at >= 0 && Uri.TryCreate($"http://{line![(at + ListeningMarker.Length)..].Split('"', ' ')[0]}", UriKind.Absolute, out var url))
            {
                listening.TrySetResult(url);
            }
        }
    }

    /// <summary>Ends it; what it has stored stays until this is disposed.</summary>
    public async Task StopAsync()
    {
        if (process is null)
        {
            return;
        }

        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        folder.Delete(recursive: true);
    }
}
