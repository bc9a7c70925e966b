using System.Net.Sockets;
using Registry.Api.Tests.Serving;
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
        var location = await new TestRepository(client, "slow").BeginAsync();

        using var slow = await RawConnection.OpenAsync(registry.Url, cancelled);
        await slow.SendAsync($"PUT {location}?digest={blob.Digest} HTTP/1.1\r\nHost: {registry.Authority}\r\nContent-Length: {blob.Bytes.Length}\r\n\r\n", cancelled);
        await slow.SendAsync(blob.Bytes.AsMemory(0, 1000), cancelled);
        await Wait.UntilAsync(() => StoredBytes(registry) >= 1000, "the first part of the upload on disk");

        var stopped = registry.StopAsync();
        await Wait.UntilAsync(async () => await IsRefusedAsync(registry.Url), "new connections refused");
        await slow.SendAsync(blob.Bytes.AsMemory(1000), cancelled);
        Assert.Equal("HTTP/1.1 201 Created", await slow.ReadStatusLineAsync(cancelled));
        Assert.Equal(0, await stopped);

        await using var again = await RegistryProcess.StartAsync(registry.DataDirectory);
        using var later = new RegistryClient(again.Url);
        (await new TestRepository(later, "slow").GetAsync($"blobs/{blob.Digest}")).Expect(200).ExpectBody(blob.Bytes);
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
