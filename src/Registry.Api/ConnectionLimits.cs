using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Registry.Api;

/// <summary>What one connection may do, where Kestrel's defaults are made for web pages.</summary>
internal static class ConnectionLimits
{
    /// <summary>Blobs come over slow lines, and from clients that compress while they send: a pause is no attack.</summary>
    private static readonly MinDataRate Slowest = new(bytesPerSecond: 100, gracePeriod: TimeSpan.FromMinutes(2));

    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        // Blobs have no largest size; a manifest's is checked where it is read.
        kestrel.Limits.MaxRequestBodySize = null;
        // So that a name that is far too long is refused by us, with the reason, and not by Kestrel without.
        kestrel.Limits.MaxRequestLineSize = 64 * 1024;
        kestrel.Limits.MinRequestBodyDataRate = Slowest;
        kestrel.Limits.MinResponseDataRate = Slowest;
    }
}
