using System.Diagnostics;

namespace Registry.Benchmarks.Comparison;

/// <summary>Debian's <c>docker-registry</c> over a folder of its own, with deletion enabled.</summary>
internal sealed class DebianRegistry : IDisposable
{
    public const string Program = "docker-registry";

    private const string ListeningMarker = "listening on ";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("registry-benchmark-debian-");

    public DebianRegistry() => File.WriteAllText(Configuration, $"""
        version: 0.1
        log:
          level: error
          accesslog:
            disabled: true
        storage:
          filesystem:
            rootdirectory: {folder.FullName}/data
          delete:
            enabled: true
        http:
          addr: 127.0.0.1:0
        """);

    /// <summary>Null where the program is not installed.</summary>
    public static string? Version()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(Program, ["--version"]) { RedirectStandardOutput = true })!;
            return process.StandardOutput.ReadToEnd().Trim().Split(' ')[^1];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Stored objects with their bytes.</summary>
    public (int Count, long Bytes) Stored()
    {
        var objects = Directory.EnumerateFiles(Path.Combine(folder.FullName, "data", "docker", "registry", "v2", "blobs"), "data", SearchOption.AllDirectories).Select(path => new FileInfo(path).Length).ToList();
        return (objects.Count, objects.Sum());
    }

    /// <summary>Serves while <paramref name="work"/> runs.</summary>
    public async Task ServeAsync(Func<Uri, Task> work, CancellationToken cancellationToken)
    {
        // At level error it does not say where it listens.
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(Program, ["serve", Configuration]) { RedirectStandardError = true, RedirectStandardOutput = true, Environment = { ["REGISTRY_LOG_LEVEL"] = "info" } },
        };
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, line) => Receive(line.Data);
        process.OutputDataReceived += (_, line) => Receive(line.Data);
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        try
        {
            await Task.WhenAny(listening.Task, process.WaitForExitAsync(cancellationToken));
            await work(listening.Task.IsCompletedSuccessfully ? await listening.Task : throw new InvalidOperationException($"{Program} ended before it listened."));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        void Receive(string? line)
        {
            var at = line?.IndexOf(ListeningMarker, StringComparison.Ordinal) ?? -1;
            if (at >= 0 && Uri.TryCreate($"http://{line![(at + ListeningMarker.Length)..].Split('"', ' ')[0]}", UriKind.Absolute, out var url))
            {
                listening.TrySetResult(url);
            }
        }
    }

    /// <summary>Its own collection, which must not run while it serves; untagged manifests go too.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> CollectAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(Program, ["garbage-collect", "-m", Configuration]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken), process.WaitForExitAsync(cancellationToken));
        return process.ExitCode == 0 ? Stopwatch.GetElapsedTime(started) : throw new InvalidOperationException($"{Program} garbage-collect ended with {process.ExitCode}.");
    }

    public void Dispose() => folder.Delete(recursive: true);

    private string Configuration => Path.Combine(folder.FullName, "config.yml");
}
