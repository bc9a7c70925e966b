using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Registry.Api.Configuration;

/// <summary>
/// ASP.NET Core's key <c>urls</c>. Kestrel finds a mistake in it only when it listens, and takes some for "every address".
/// </summary>
internal static class ListenAddresses
{
    public const string Key = "urls";
    public const string Default = "http://localhost:5000";

    public static IEnumerable<string> FindMistakes(IConfiguration configuration) =>
        from address in (configuration[Key] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)
        let mistake = FindMistake(address)
        where mistake is not null
        select $"{Key} (--{Key}) has '{address}', {mistake}; write for example http://0.0.0.0:5000.";

    private static string? FindMistake(string text)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(text);
        }
        catch (FormatException)
        {
            return "which is not an address";
        }

        if (!address.Scheme.Equals(Uri.UriSchemeHttp, StringComparison.OrdinalIgnoreCase) && !address.Scheme.Equals(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase))
        {
            return $"but '{address.Scheme}' is neither http nor https";
        }

        if (address.IsUnixPipe || address.IsNamedPipe)
        {
            return null;
        }

        // What follows the host and is no number is left with the host, which then stands for every address there is.
        if (address.Host is not ("*" or "+") && Uri.CheckHostName(address.Host) == UriHostNameType.Unknown)
        {
            return $"but '{address.Host}' is no host, or its port no number";
        }

        if (address.Port is < 0 or > ushort.MaxValue)
        {
            return string.Create(CultureInfo.InvariantCulture, $"but a port is at most {ushort.MaxValue}");
        }

        return address.PathBase.Length > 0 ? "but the registry cannot be below a path" : null;
    }
}
