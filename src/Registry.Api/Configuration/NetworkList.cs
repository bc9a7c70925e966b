using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Registry.Api.Configuration;

/// <summary>Networks as they stand in a setting: <c>10.0.0.0/8, fd00::/8</c>.</summary>
internal sealed class NetworkList
{
    private readonly IReadOnlyList<IPNetwork> networks;

    private NetworkList(IReadOnlyList<IPNetwork> networks) => this.networks = networks;

    public static bool TryParse(string text, [NotNullWhen(true)] out NetworkList? list)
    {
        var parsed = new List<IPNetwork>();
        list = null;
        foreach (var one in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!IPNetwork.TryParse(one, out var network))
            {
                return false;
            }

            parsed.Add(network);
        }

        list = new NetworkList(parsed);
        return true;
    }

    public bool Contains(IPAddress? address)
    {
        // A server that listens on both families sees an IPv4 client as ::ffff:10.1.2.3.
        var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        return plain is not null && networks.Any(network => network.Contains(plain));
    }
}
