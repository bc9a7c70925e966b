using Registry.Storage.Model;

namespace Registry.Api.Configuration;

/// <summary>Which setting was meant by a key that is none.</summary>
internal static class Nearest
{
    /// <summary>The last part counts twice: who leaves the middle out still knows the name.</summary>
    public static Setting To(string key) => Setting.All.MinBy(s => EditDistance.Between(s.Key, key) + EditDistance.Between(LastPart(s.Key), LastPart(key)))!;

    private static string LastPart(string key) => key[(key.LastIndexOf(':') + 1)..];
}
