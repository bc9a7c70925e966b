using System.Diagnostics;
using Registry.Testing;

namespace Registry.Conformance.Control;

/// <summary>
/// Debian's <c>docker-registry</c>, the control: an honest registry of an older specification. A suite that it passes whole
/// proves nothing.
/// </summary>
internal sealed class ControlRegistry : IAsyncDisposable
{
    public const string Program = "docker-registry";

    private const string ListeningMarker = "listening on ";

    private readonly Process process;
    private readonly DirectoryInfo folder;

    private ControlRegistry(Process process, DirectoryInfo folder, Uri url) => (this.process, this.folder, Url) = (process, folder, url);

    public Uri Url { get; }

    /// <summary>The version as the program says it, for example <c>2.8.2+ds1</c>.</summary>
    public static async Task<string> VersionAsync() => (await Tool.RunAsync(Program, ["--version"])).Trim().Split(' ')[^1];

    /// <summary>Starts it on a free port, with deletion enabled, and returns when it listens.</summary>
    public static async Task<ControlRegistry> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("control-registry-");
        var configuration = Path.Combine(folder.FullName, "config.yml");
        await File.WriteAllTextAsync(configuration, $"""
            version: 0.1
            storage:
              filesystem:
                rootdirectory: {folder.FullName}/data
              delete:
                enabled: true
            http:
              addr: 127.0.0.1:0
            """);
        var process = new Process { StartInfo = new ProcessStartInfo(Program, ["serve", configuration]) { RedirectStandardError = true, RedirectStandardOutput = true } };
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, line) => Receive(line.Data);
        process.OutputDataReceived += (_, line) => Receive(line.Data);
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var exited = process.WaitForExitAsync();
        Assert.True(await Task.WhenAny(listening.Task, exited) != exited, $"{Program} ended before it listened.");
        return new ControlRegistry(process, folder, await listening.Task);

        void Receive(string? line)
        {
            var at = line?.IndexOf(ListeningMarker, StringComparison.Ordinal) ?? -1;
            if (at >= 0 && Uri.TryCreate($"http://{line![(at + ListeningMarker.Length)..].Split('"', ' ')[0]}", UriKind.Absolute, out var url))
            {
                listening.TrySetResult(url);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Delete(recursive: true);
    }
}
