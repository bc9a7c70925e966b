using Registry.Api.Configuration;

namespace Registry.Api.Tests.Configuration;

/// <summary>Where settings come from: the command line before the environment before appsettings.json.</summary>
public sealed class SourcesTests : IDisposable
{
    private const string AnyPort = "--urls=http://127.0.0.1:0";
    private const string File = """{"Registry":{"DataDirectory":"from-file"}}""";

    private readonly StartAttempt attempt = new();

    [Fact]
    public async Task By_default_the_data_is_below_the_folder_of_the_start()
    {
        (await attempt.RunAsync([AnyPort])).ExpectStart();
        ExpectFolder("data");
    }

    [Fact]
    public async Task From_the_settings_file_in_the_folder_of_the_start()
    {
        attempt.Write("appsettings.json", File);
        (await attempt.RunAsync([AnyPort])).ExpectStart();
        ExpectFolder("from-file");
    }

    [Theory]
    [InlineData("Registry__DataDirectory")]
    [InlineData("REGISTRY__DATADIRECTORY")]
    public async Task The_environment_is_stronger_than_the_file(string key)
    {
        attempt.Write("appsettings.json", File);
        (await attempt.RunAsync([AnyPort], (key, "from-environment"))).ExpectStart();
        ExpectFolder("from-environment");
    }

    [Theory]
    [InlineData("--Registry:DataDirectory=from-arguments")]
    [InlineData("--registry:datadirectory", "from-arguments")]
    [InlineData("/Registry:DataDirectory=from-arguments")]
    [InlineData("Registry:DataDirectory=from-arguments")]
    public async Task The_command_line_is_the_strongest(params string[] arguments)
    {
        attempt.Write("appsettings.json", File);
        (await attempt.RunAsync([AnyPort, .. arguments], ("Registry__DataDirectory", "from-environment"))).ExpectStart();
        ExpectFolder("from-arguments");
    }

    [Fact]
    public async Task Help_lists_every_setting_with_its_default()
    {
        var result = await attempt.RunAsync(["--help"]);
        Assert.Equal(0, result.ExitCode);
        Assert.All(Setting.All, setting =>
        {
            Assert.Contains($"{setting.Key} (default {setting.DefaultText})", result.Output, StringComparison.Ordinal);
            Assert.Contains(setting.Description, result.Output, StringComparison.Ordinal);
        });
        Assert.Empty(Directory.EnumerateFileSystemEntries(attempt.Folder));
    }

    private void ExpectFolder(string name) =>
        Assert.Equal([attempt.PathOf(name)], Directory.EnumerateDirectories(attempt.Folder));

    public void Dispose() => attempt.Dispose();
}
