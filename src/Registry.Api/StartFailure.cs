using System.Data.Common;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Registry.Api.Configuration;

namespace Registry.Api;

/// <summary>Says for a person why the registry could not start, and what to do about it.</summary>
internal static class StartFailure
{
    /// <param name="index">The full path of the index.</param>
    /// <param name="addresses">What <c>urls</c> says; null by default.</param>
    public static string Explain(Exception e, string index, string? addresses) => e switch
    {
        DbException =>
            $"The index '{index}' cannot be used: {e.Message} Nothing was deleted. Registry:DataDirectory names its folder: put back a good copy of the whole folder, or name another one.",
        _ when Causes(e).Any(cause => cause is SocketException or AddressInUseException) =>
            $"urls: '{addresses ?? ListenAddresses.Default}' cannot be listened on: {e.Message.TrimEnd('.')}. Name another with --urls, or stop what has it.",
        IOException or UnauthorizedAccessException or InvalidOperationException or InvalidDataException => e.Message,
        _ => $"{e.GetType().Name}: {e.Message}",
    };

    private static IEnumerable<Exception> Causes(Exception e)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
