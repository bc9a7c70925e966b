using Registry.Clients.Tests.Clients;
using Registry.Testing;

namespace Registry.Clients.Tests;

/// <summary>The README's first push and pull, as they stand there.</summary>
public sealed class ReadmeTests(RunningRegistry registry)
{
    private const string Address = "localhost:5000";

    [Fact]
    public async Task The_push_and_the_pull_of_the_README_work_as_they_stand()
    {
        await Docker.RequireAsync();
        var lines = (await File.ReadAllLinesAsync(Path.Combine(Checkout.Folder, "README.md"), TestContext.Current.CancellationToken))
            .SkipWhile(line => !line.Contains($"docker build -t {Address}", StringComparison.Ordinal)).TakeWhile(line => line.Length > 0).Select(line => line.Trim()).ToList();
        Assert.Equal(["printf", "docker push", "docker rmi", "docker pull"], lines.Select(line => string.Join(' ', line.Split(' ').Take(line.StartsWith("docker", StringComparison.Ordinal) ? 2 : 1))));

        var script = string.Join('\n', lines).Replace(Address, registry.Authority, StringComparison.Ordinal);
        try
        {
            var output = await Tool.RunAsync("bash", ["-ec", script], workingDirectory: Checkout.Folder);
            Assert.Contains("Downloaded newer image", output, StringComparison.Ordinal);
        }
        finally
        {
            await Tool.TryRunAsync("docker", ["rmi", $"{registry.Authority}/team/hello:1.0"]);
        }
    }
}
