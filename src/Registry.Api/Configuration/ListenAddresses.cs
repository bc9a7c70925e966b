using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Registry.Api.Configuration;

/// <summary>
/// The addresses to listen on (<c>--urls</c>, <c>ASPNETCORE_URLS</c>, <c>ASPNETCORE_HTTP_PORTS</c>), tried before anything starts:
/// Kestrel finds the mistakes too, but one by one, late, and with a stack trace.
/// </summary>
internal static class ListenAddresses
{
    public const string Default = "http://localhost:5000";

    /// <summary>Each begins with the key that the address comes from.</summary>
    public static IEnumerable<string> FindMistakes(IConfiguration configuration)
    {
        if (configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
        {
            // They take the place of all others, and say more than an address.
            return [];
        }

        if (configuration["urls"] is { Length: > 0 } urls)
        {
            return FindMistakes("urls", urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }

        return configuration["http_ports"] is { Length: > 0 } ports
            ? FindMistakes("http_ports", ports.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(port => $"http://*:{port}"))
            : configuration["https_ports"] is { Length: > 0 } ? [] : FindMistakes("urls", [Default]);
    }

    private static IEnumerable<string> FindMistakes(string key, IEnumerable<string> urls) =>
        from url in urls
        let mistake = FindMistake(url)
        where mistake is not null
        select $"{key}: '{url}' {mistake}";

    private static string? FindMistake(string url)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            return $"is not an address to listen on, for example {Default} or http://0.0.0.0:5000.";
        }

        if (!address.Scheme.Equals("http", StringComparison.OrdinalIgnoreCase) && !address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase))
        {
            return "begins with neither http:// nor https://.";
        }

        if (address.IsUnixPipe || address.IsNamedPipe)
        {
            return null;
        }

        // What follows the host and is no number stays with the host, which Kestrel then takes for every address.
        if (address.Host is not ("*" or "+") && Uri.CheckHostName(address.Host) == UriHostNameType.Unknown)
        {
            return "has a host that is none, or a port that is no number.";
        }

        if (address.Port == 0 && address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return "cannot take a free port, since localhost is two addresses: write http://127.0.0.1:0.";
        }

        if (address.PathBase.Length > 0)
        {
            return "has a path, and the registry cannot be below one.";
        }

        return address.Port is < 0 or > 65535
            ? "has a port that is none: they go from 1 to 65535, and 0 takes a free one."
            : FindBindingProblem(EndPointOf(address));
    }

    /// <summary>As Kestrel reads it: a name that is neither localhost nor an IP address means every address.</summary>
    private static IPEndPoint EndPointOf(BindingAddress address) =>
        address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? new IPEndPoint(IPAddress.Loopback, address.Port)
        : IPAddress.TryParse(address.Host, out var ip) ? new IPEndPoint(ip, address.Port)
        : new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, address.Port);

    private static string? FindBindingProblem(IPEndPoint endPoint)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (endPoint.Address.Equals(IPAddress.IPv6Any))
        {
            socket.DualMode = true;
        }

        try
        {
            socket.Bind(endPoint);
            return null;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return $"is in use by another program. Stop it, or choose another port, for example --urls http://localhost:{(endPoint.Port % 65535 + 1).ToString(CultureInfo.InvariantCulture)}.";
        }
        catch (SocketException e)
        {
            return $"cannot be listened on: {e.Message}.";
        }
    }
}
