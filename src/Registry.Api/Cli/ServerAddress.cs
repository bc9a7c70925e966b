using System.Diagnostics.CodeAnalysis;

namespace Registry.Api.Cli;

/// <summary>The address of a running registry as people write it: <c>http://</c> may be left out.</summary>
internal static class ServerAddress
{
    public static bool TryParse(string text, [NotNullWhen(true)] out Uri? address) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out address) && address.Scheme is "http" or "https";
}
