using System.Net.Sockets;
using System.Text;

namespace Registry.Api.Tests.Serving;

/// <summary>A connection that sends what an HTTP client would not: halves of requests, wrong ones, none.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient tcp;

    private RawConnection(TcpClient tcp) => this.tcp = tcp;

    public static async Task<RawConnection> OpenAsync(Uri url, CancellationToken cancellationToken)
    {
        var tcp = new TcpClient { NoDelay = true };
        await tcp.ConnectAsync(url.Host, url.Port, cancellationToken);
        return new RawConnection(tcp);
    }

    public ValueTask SendAsync(string text, CancellationToken cancellationToken) => SendAsync(Encoding.Latin1.GetBytes(text), cancellationToken);

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => tcp.GetStream().WriteAsync(bytes, cancellationToken);

    /// <summary>Everything that comes until the registry closes the connection, as Latin-1.</summary>
    public async Task<string> ReadToEndAsync(CancellationToken cancellationToken)
    {
        using var all = new MemoryStream();
        try
        {
            await tcp.GetStream().CopyToAsync(all, cancellationToken);
        }
        catch (IOException)
        {
            // A reset after the answer: what came before it counts.
        }

        return Encoding.Latin1.GetString(all.ToArray());
    }

    /// <summary>The first line of the answer, without waiting for its end.</summary>
    public async Task<string> ReadStatusLineAsync(CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(tcp.GetStream(), Encoding.Latin1, leaveOpen: true);
        return await reader.ReadLineAsync(cancellationToken) ?? "";
    }

    /// <summary>Hangs up at once, as a client does that was killed.</summary>
    public void HangUp() => tcp.Client.Close(0);

    public void Dispose() => tcp.Dispose();
}
