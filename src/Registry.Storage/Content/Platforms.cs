using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Registry.Storage.Blobs;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>
/// For which platforms images are. An index says it of its children (image specification, "Image Index"); of an image only its
/// config knows, and that is a blob: it is read when somebody asks for the first time, and then kept in the manifest's row.
/// </summary>
public sealed class Platforms(IDbContextFactory<IndexContext> contexts, IndexWriter writer, BlobObjects objects)
{
    private const int LargestConfig = 1024 * 1024;

    private static readonly string[] Configs = ["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"];

    /// <summary>Looks at these manifests and keeps what it has found. Empty: the manifest has no platform, or it cannot be read now.</summary>
    public async Task<IReadOnlyDictionary<long, string>> FindAsync(IEnumerable<long> manifestIds, CancellationToken cancellationToken)
    {
        var found = new Dictionary<long, string>();
        foreach (var id in manifestIds.Distinct())
        {
            if (await ReadAsync(id, cancellationToken) is { } platform)
            {
                found.Add(id, platform);
            }
        }

        if (found.Count > 0)
        {
            foreach (var some in found.Chunk(QueryLimits.ValuesPerQuery))
            {
                await writer.WriteAsync(db => some.Sum(pair => db.Manifests.Where(m => m.Id == pair.Key).ExecuteUpdate(set => set.SetProperty(m => m.Platform, pair.Value))), cancellationToken);
            }
        }

        return found;
    }

    /// <summary>Null: it cannot be told now, and may be later.</summary>
    private async Task<string?> ReadAsync(long manifestId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var manifest = db.Manifests.Where(m => m.Id == manifestId).Select(m => new { m.RepositoryId, m.MediaType, m.Body }).FirstOrDefault();
        if (manifest is null)
        {
            return null;
        }

        var (platform, digest) = Look(manifest.MediaType, manifest.Body);
        if (digest is null)
        {
            return platform;
        }

        var config = db.Blobs.Where(b => b.Digest == digest && b.Finding == null && db.Links.Any(l => l.BlobId == b.Id && l.RepositoryId == manifest.RepositoryId))
            .Select(b => new { b.StorageKey, b.Size }).FirstOrDefault();
        if (config is null)
        {
            return null;
        }

        return config.Size > LargestConfig ? "" : await OfConfigAsync(Digest.Parse(digest), StorageKey.Parse(config.StorageKey), config.Size, cancellationToken);
    }

    /// <summary>The platform, or the digest of the config that has it.</summary>
    private static (string Platform, string? Config) Look(string mediaType, byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return MediaTypes.IsIndex(mediaType) ? (OfIndex(json.RootElement), null)
                : MediaTypes.IsManifest(mediaType) ? ("", ConfigOf(json.RootElement))
                : ("", null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return ("", null);
        }
    }

    private async Task<string?> OfConfigAsync(Digest digest, StorageKey key, long size, CancellationToken cancellationToken)
    {
        try
        {
            await using var reader = await objects.OpenAsync(digest, key, size, new BlobRange(0, size), cancellationToken);
            if (reader is null)
            {
                return null;
            }

            using var bytes = new MemoryStream();
            var pipe = PipeWriter.Create(bytes, new StreamPipeWriterOptions(leaveOpen: true));
            await reader.CopyToAsync(pipe, cancellationToken);
            await pipe.CompleteAsync();
            using var json = JsonDocument.Parse(bytes.ToArray());
            return PlatformOf(json.RootElement) ?? "";
        }
        catch (IOException)
        {
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "";
        }
    }

    private static string OfIndex(JsonElement index) =>
        index.TryGetProperty("manifests", out var children) && children.ValueKind == JsonValueKind.Array
            ? string.Join(", ", children.EnumerateArray().Select(child => child.TryGetProperty("platform", out var platform) ? PlatformOf(platform) : null).OfType<string>().Distinct())
            : "";

    /// <summary>The config's digest, if the manifest is one of an image.</summary>
    private static string? ConfigOf(JsonElement manifest) =>
        manifest.TryGetProperty("config", out var config) && config.ValueKind == JsonValueKind.Object && Configs.Contains(TextOf(config, "mediaType")) ? TextOf(config, "digest") : null;

    /// <summary>BuildKit's attestations have the platform unknown/unknown, and none.</summary>
    private static string? PlatformOf(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object || TextOf(element, "os") is not { Length: > 0 } os || os == "unknown" || TextOf(element, "architecture") is not { Length: > 0 } architecture)
        {
            return null;
        }

        return TextOf(element, "variant") is { Length: > 0 } variant ? $"{os}/{architecture}/{variant}" : $"{os}/{architecture}";
    }

    private static string? TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
