using System.Net;
using System.Net.Sockets;
using Registry.Api.Tests.Serving;
using Registry.Testing;

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
        result.ExpectRefusal("urls: 'nonsense'", "urls: 'http://127.0.0.1:99999'", $"Registry:DataDirectory '{attempt.PathOf("file/data")}'", "Registry:ShutdownTimeout is '30': seconds or days?", "Registry:Collection:Drain must be");
        Assert.Equal([attempt.PathOf("file")], Directory.EnumerateFileSystemEntries(attempt.Folder));
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
    [InlineData("http://192.0.2.1:5000", "cannot be listened on")]
    [InlineData("http://127.0.0.1:99999", "has a port that is none")]
    [InlineData("http://127.0.0.1:abc", "a port that is no number")]
    [InlineData("http://localhost:0", "cannot")]
    [InlineData("nonsense", "is not an address")]
    [InlineData("ftp://127.0.0.1:0", "neither http:// nor https://")]
    [InlineData("http://127.0.0.1:0/below", "has a path")]
    public async Task An_address_that_cannot_be_listened_on_is_named_with_its_key(string url, string why) =>
        (await attempt.RunAsync([$"--urls={url}"])).ExpectRefusal($"  - urls: '{url}' ", why);

    [Theory]
    [InlineData("a\\u0000b")]
    [InlineData("file/below")]
    public async Task A_folder_name_that_cannot_be_is_named(string name)
    {
        attempt.Write("file", "");
        attempt.Write("appsettings.json", $$$"""{"Registry":{"DataDirectory":"{{{name}}}"}}""");
        (await attempt.RunAsync([AnyPort])).ExpectRefusal("Registry:DataDirectory '");
        (await attempt.RunAsync(["--urls=nonsense"])).ExpectRefusal("Registry:DataDirectory '", "urls: 'nonsense'");
    }

    [Fact]
    public async Task Endpoints_of_Kestrel_take_the_place_of_the_default_address()
    {
        attempt.Write("appsettings.json", """{"Kestrel":{"Endpoints":{"One":{"Url":"http://127.0.0.1:0"}}}}""");
        (await attempt.RunAsync([])).ExpectStart();
    }

    [Fact]
    public async Task What_nobody_foresaw_is_told_in_the_same_way() => (await attempt.RunAsync([AnyPort, "--Logging:LogLevel:Default=loud"])).ExpectRefusal("loud");

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
        (await attempt.RunAsync([AnyPort, "--Registry:DataDirectory=file"])).ExpectRefusal("Registry:DataDirectory", attempt.PathOf("file"));
    }

    [Fact]
    public async Task A_damaged_index_is_named_and_left_as_it_is()
    {
        Directory.CreateDirectory(attempt.PathOf("data"));
        attempt.Write("data/index.db", new string('x', 5000));
        (await attempt.RunAsync([AnyPort])).ExpectRefusal($"'{attempt.PathOf("data/index.db")}'", "Registry:DataDirectory");
        Assert.Equal(new string('x', 5000), await File.ReadAllTextAsync(attempt.PathOf("data/index.db"), TestContext.Current.CancellationToken));
        Assert.Equal(["index.db", "registry.lock"], new DirectoryInfo(attempt.PathOf("data")).EnumerateFileSystemInfos().Select(f => f.Name).Order());
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(1, 2 * 4096)]
    [InlineData(1, 100)]
    public async Task An_index_with_lost_or_overwritten_pages_is_named_and_left_as_it_is(double kept, int overwritten)
    {
        var folder = Directory.CreateDirectory(attempt.PathOf("data")).FullName;
        await using (var once = await RegistryProcess.StartAsync(folder))
        {
            await once.StopAsync();
        }

        var index = Path.Combine(folder, "index.db");
        var bytes = await File.ReadAllBytesAsync(index, TestContext.Current.CancellationToken);
        bytes = bytes[..(int)(bytes.Length * kept)];
        if (overwritten > 0)
        {
            bytes.AsSpan(overwritten, Math.Min(3 * 4096, bytes.Length - overwritten)).Fill(0xAB);
        }

        await File.WriteAllBytesAsync(index, bytes, TestContext.Current.CancellationToken);
        var result = await attempt.RunAsync([AnyPort]);
        result.ExpectRefusal($"The index '{index}' cannot be used", "Registry:DataDirectory");
        Assert.Equal("", result.Output);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(index, TestContext.Current.CancellationToken));
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
