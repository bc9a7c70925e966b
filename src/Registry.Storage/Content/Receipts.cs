using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>The kinds of receipts and who makes them. Inside the change that removes.</summary>
internal static class Receipts
{
    /// <summary>Who removes what nobody asked to have removed: the registry itself.</summary>
    public const string Registry = "registry";

    /// <summary>Everything but an object frees no bytes by itself.</summary>
    public static ReceiptRow Of(string kind, string? repository, string name, string? digest, string reason, long? runId, DateTimeOffset now) =>
        new() { At = now, Kind = kind, Repository = repository, Name = name, Digest = digest, FreedBytes = 0, Reason = reason, By = Registry, RunId = runId };
}
