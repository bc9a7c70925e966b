using System.Diagnostics;
using System.Text;

namespace Registry.Api.Tests.Configuration;

/// <summary>Starts the registry as a user would, in a folder of its own, and waits until it listens or has ended.</summary>
internal sealed class StartAttempt : IDisposable
{
    private const string Listening = "Now listening on: ";

    /// <summary>Where it is started; removed at the end.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("registry-test-").FullName;

    public string PathOf(string name) => Path.Combine(Folder, name);

    public void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    public async Task<StartResult> RunAsync(IEnumerable<string> arguments, params (string Key, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Registry.Api.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var (output, listens) = (new StringBuilder(), false);
        while (!listens && await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            output.AppendLine(line);
            listens = line.Contains(Listening, StringComparison.Ordinal);
        }

        if (listens)
        {
            process.Kill();
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new StartResult(listens, process.ExitCode, output.ToString(), await error);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>What became of an attempt. The exit code counts only if it did not listen.</summary>
internal sealed record StartResult(bool Listens, int ExitCode, string Output, string Error)
{
    /// <summary>It ended with 1, and standard error has every one of these texts and no stack trace.</summary>
    public void ExpectRefusal(params string[] texts)
    {
        Assert.Equal((false, 1), (Listens, ExitCode));
        Assert.StartsWith("The registry did not start:", Error, StringComparison.Ordinal);
        Assert.All(texts, text => Assert.Contains(text, Error, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", Error + Output, StringComparison.Ordinal);
    }

    public void ExpectStart() => Assert.True(Listens, Error + Output);
}
