using System.Net;
using System.Net.Sockets;
using Registry.Api.Tests.Serving;

namespace Registry.Api.Tests.Configuration;

/// <summary>Nothing starts half: the process ends with 1 and says everything that is wrong.</summary>
public sealed class RefusedStartTests(RegistryFixture registry) : IDisposable
{
    private const string AnyPort = "--urls=http://127.0.0.1:0";

    private readonly StartAttempt attempt = new();

    [Fact]
    public async Task Several_mistakes_are_named_at_once_and_no_folder_is_made()
    {
        var result = await attempt.RunAsync([AnyPort, "--Registry:DataDirectory=new", "--Registry:ShutdownTimeout=soon", "--Registry:Colection:Promise=1"], ("Registry__Nonsense", "x"));
        result.ExpectRefusal("Registry:ShutdownTimeout is 'soon'", "Registry:Colection:Promise is not a setting; did you mean Registry:Collection:Promise?", "Registry:Nonsense is not a setting");
        Assert.Empty(Directory.EnumerateFileSystemEntries(attempt.Folder));
    }

    [Fact]
    public async Task Several_wrong_values_are_named_at_once_and_no_folder_is_made()
    {
        var result = await attempt.RunAsync([AnyPort, "--Registry:DataDirectory=new", "--Registry:ShutdownTimeout=00:00:00", "--Registry:Collection:Promise=-1.00:00:00", "--Registry:Collection:UploadExpiry=9999.00:00:00"]);
        result.ExpectRefusal("Registry:ShutdownTimeout must be", "Registry:Collection:Promise must be", "Registry:Collection:UploadExpiry must be");
        Assert.Empty(Directory.EnumerateFileSystemEntries(attempt.Folder));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"Registry\":{\"DataDirectory\":\"a\",\"DataDirectory\":\"b\"}}")]
    [InlineData("[]")]
    public async Task A_settings_file_that_cannot_be_read_is_named(string json)
    {
        attempt.Write("appsettings.json", json);
        (await attempt.RunAsync([AnyPort])).ExpectRefusal("appsettings.json");
    }

    [Fact]
    public async Task Mistakes_of_every_kind_are_named_at_once()
    {
        attempt.Write("file", "");
        var result = await attempt.RunAsync(["--urls=nonsense;http://127.0.0.1:99999", "--Registry:DataDirectory=file/data", "--Registry:ShutdownTimeout=30", "--Registry:Collection:Drain=-00:00:01"]);
        result.ExpectRefusal("urls: 'nonsense'", "urls: 'http://127.0.0.1:99999'", "Registry:DataDirectory cannot be a folder", "Registry:ShutdownTimeout is '30': seconds or days?", "Registry:Collection:Drain must be");
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        (await attempt.RunAsync([$"--urls=http://127.0.0.1:{port}"])).ExpectRefusal($"urls: 'http://127.0.0.1:{port}' is in use", "--urls");
    }

    [Theory]
    [InlineData("http://192.0.2.1:5000")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("nonsense")]
    [InlineData("ftp://127.0.0.1:0")]
    public async Task An_address_that_cannot_be_listened_on_is_refused(string url) => (await attempt.RunAsync([$"--urls={url}"])).ExpectRefusal($"  - urls: '{url}' ");

    [Fact]
    public async Task A_folder_in_use_by_another_registry_is_named()
    {
        var folder = registry.Process.DataDirectory;
        (await attempt.RunAsync([AnyPort, $"--Registry:DataDirectory={folder}"])).ExpectRefusal("Registry:DataDirectory", folder, "in use");
        await registry.NewRepository().PushImageAsync();
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        attempt.Write("file", "");
        (await attempt.RunAsync([AnyPort, "--Registry:DataDirectory=file"])).ExpectRefusal("Registry:DataDirectory cannot be a folder", "'file'");
    }

    [Fact]
    public async Task A_damaged_index_is_named_and_left_as_it_is()
    {
        Directory.CreateDirectory(attempt.PathOf("data"));
        attempt.Write("data/index.db", new string('x', 5000));
        (await attempt.RunAsync([AnyPort])).ExpectRefusal("index.db");
        Assert.Equal(5000, new FileInfo(attempt.PathOf("data/index.db")).Length);
    }

    [Fact]
    public async Task An_unknown_command_is_refused()
    {
        var result = await attempt.RunAsync(["serve"]);
        Assert.Equal((false, 2), (result.Listens, result.ExitCode));
        Assert.Contains("'serve' is not a command", result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => attempt.Dispose();
}
