using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Registry.Api;

/// <summary>What one connection may do, where Kestrel's defaults are made for web pages.</summary>
internal static class ConnectionLimits
{
    /// <summary>Blobs come over slow lines, and from clients that compress while they send: a pause is no attack.</summary>
    private static readonly MinDataRate Slowest = new(bytesPerSecond: 100, gracePeriod: TimeSpan.FromMinutes(2));

    /// <summary>Bytes that wait for a store that is slower than the client, once as they come and once as a body. Kestrel's 1 MiB would be 64 MiB of 32 uploads.</summary>
    private const int MostWaiting = 256 * 1024;

    public static void Apply(SocketTransportOptions sockets) => sockets.MaxReadBufferSize = MostWaiting;

    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        // Blobs have no largest size; a manifest's is checked where it is read.
        kestrel.Limits.MaxRequestBodySize = null;
        // So that a name that is far too long is refused by us, with the reason, and not by Kestrel without.
        kestrel.Limits.MaxRequestLineSize = 64 * 1024;
        kestrel.Limits.MaxRequestBufferSize = MostWaiting;
        kestrel.Limits.MinRequestBodyDataRate = Slowest;
        kestrel.Limits.MinResponseDataRate = Slowest;
    }
}
