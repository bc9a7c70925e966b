using System.Net.Sockets;
using System.Text;
using Registry.Testing;

namespace Registry.Api.Tests.Crash;

public sealed class GracefulStopTests
{
    [Fact]
    public async Task A_request_in_flight_ends_well_and_a_new_one_is_refused()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var registry = await RegistryProcess.StartAsync();
        using var client = new RegistryClient(registry.Url);
        var blob = Content.Random(64 * 1024);
        using var begun = await client.Http.PostAsync(new Uri("v2/slow/blobs/uploads/", UriKind.Relative), null, cancelled);

        using var slow = new TcpClient();
        await slow.ConnectAsync(registry.Url.Host, registry.Url.Port, cancelled);
        var stream = slow.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"PUT {begun.Headers.Location}?digest={blob.Digest} HTTP/1.1\r\nHost: {registry.Authority}\r\nContent-Length: {blob.Bytes.Length}\r\n\r\n"), cancelled);
        await stream.WriteAsync(blob.Bytes.AsMemory(0, 1000), cancelled);
        await Wait.UntilAsync(() => StoredBytes(registry) >= 1000, "the first part of the upload on disk");

        var stopped = registry.StopAsync();
        await Wait.UntilAsync(async () => await IsRefusedAsync(registry.Url), "new connections refused");
        await stream.WriteAsync(blob.Bytes.AsMemory(1000), cancelled);
        using var answer = new StreamReader(stream, Encoding.ASCII);
        Assert.Equal("HTTP/1.1 201 Created", await answer.ReadLineAsync(cancelled));
        Assert.Equal(0, await stopped);

        await using var again = await RegistryProcess.StartAsync(registry.DataDirectory);
        using var later = new RegistryClient(again.Url);
        Assert.Equal(blob.Bytes, await later.GetAsync("slow", $"blobs/{blob.Digest}", cancelled));
    }

    private static long StoredBytes(RegistryProcess registry) =>
        new DirectoryInfo(Path.Combine(registry.DataDirectory, "blobs")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    private static async Task<bool> IsRefusedAsync(Uri url)
    {
        using var other = new TcpClient();
        try
        {
            await other.ConnectAsync(url.Host, url.Port, TestContext.Current.CancellationToken);
            return false;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Taken into the queue a moment before it closed; the next one is refused.
            return false;
        }
    }
}
