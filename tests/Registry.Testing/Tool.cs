using System.Diagnostics;

namespace Registry.Testing;

/// <summary>A program that a test drives: run it, or skip (under CI: fail) when it is not installed.</summary>
public static class Tool
{
    /// <summary>A client that hangs is ended, so that the tests after it still run.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>In CI and in test.sh a missing client is a failure: nothing there may be skipped.</summary>
    public static bool MustBePresent => Environment.GetEnvironmentVariable("CI") == "true";

    public static bool IsInstalled(string name) => Find(name) is not null;

    /// <summary>Skips the running test with the reason if <paramref name="name"/> is missing; under CI=true fails it.</summary>
    public static void Require(string name) =>
        Require(IsInstalled(name), $"'{name}' is not installed; ./test.sh installs it.");

    /// <summary>Skips the running test with <paramref name="reason"/> unless the condition holds; under CI=true fails it.</summary>
    public static void Require(bool condition, string reason)
    {
        if (condition)
        {
            return;
        }

        if (MustBePresent)
        {
            Assert.Fail(reason);
        }

        Assert.Skip(reason);
    }

    /// <summary>Runs a program to its end and returns its standard output; a non-zero exit fails the test with both streams.</summary>
    public static async Task<string> RunAsync(string name, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? workingDirectory = null)
    {
        var result = await TryRunAsync(name, arguments, environment, workingDirectory);
        Assert.True(result.ExitCode == 0, $"{name} {string.Join(' ', arguments)}\nended with {result.ExitCode}\n{result.Output}\n{result.Error}");
        return result.Output;
    }

    public static async Task<ToolResult> TryRunAsync(string name, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? workingDirectory = null)
    {
        var start = new ProcessStartInfo(name, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[key] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{name} {string.Join(' ', arguments)}\nwas ended after {Limit}\n{await output}\n{await error}");
        }

        return new ToolResult(process.ExitCode, await output, await error);
    }

    /// <summary>Where the program is, or null. Debian keeps some of them where only root's path looks.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/sbin")
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}

/// <summary>How a program ended and what it wrote.</summary>
public sealed record ToolResult(int ExitCode, string Output, string Error);
