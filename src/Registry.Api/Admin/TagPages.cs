using Registry.Gc.Liveness;
using Registry.Storage.Content;
using Registry.Storage.Model;

namespace Registry.Api.Admin;

/// <summary>Puts together what the list of tags shows: from the index, from the blobs that know the platform, and what each tag alone would free.</summary>
internal sealed class TagPages(TagListing tags, Platforms platforms, ContentLiveness liveness, PullRecorder pulls)
{
    private const string Exclusive = "exclusive";

    /// <summary>Of each tag that matches the whole question is asked to sort by it; the index answers a thousand in a second or two.</summary>
    private const int MostByExclusive = 5_000;

    private const int LongestMatch = 256;

    public static readonly string[] Sorts = ["name", "pushed", "pulled", "size", Exclusive];

    public static string? FindMistake(string? match) => match?.Length > LongestMatch ? $"'match' has at most {LongestMatch} characters." : null;

    /// <summary>Errors: NameUnknown, RequestInvalid (too much to sort).</summary>
    public async Task<Outcome<TagPage>> FindAsync(RepositoryName repository, string? match, SortedQuery query, CancellationToken cancellationToken)
    {
        // The last pulls may still be in memory only.
        await pulls.FlushAsync(cancellationToken);
        if (query.Sort != Exclusive)
        {
            var sorted = tags.Page(repository, match, Enum.Parse<TagSort>(query.Sort, ignoreCase: true), query.Direction, query.After, query.Count);
            return sorted is null ? Unknown(repository) : await DescribeAsync(repository, sorted, query, cancellationToken);
        }

        if (tags.All(repository, match, MostByExclusive) is not { } all)
        {
            return Unknown(repository);
        }

        if (all.Count > MostByExclusive)
        {
            return new RegistryError(
                ErrorKind.RequestInvalid, $"More than {MostByExclusive} tags match, too many to be sorted by what each alone would free. Narrow them with 'match', or sort by size.");
        }

        var entries = new List<SortedEntry>(all.Count);
        foreach (var entry in all)
        {
            cancellationToken.ThrowIfCancellationRequested();
            entries.Add(entry with { Key = liveness.FindFreed([entry.Id]).Total });
        }

        return await DescribeAsync(repository, SortedEntry.PageOf(entries, query.Direction, query.After, query.Count), query, cancellationToken);
    }

    private static RegistryError Unknown(RepositoryName repository) => new(ErrorKind.NameUnknown, $"There is no repository {repository}.");

    private async Task<TagPage> DescribeAsync(RepositoryName repository, SortedPage<SortedEntry> page, SortedQuery query, CancellationToken cancellationToken)
    {
        var lines = tags.Describe(page.Items);
        var looked = await platforms.FindAsync(lines.Where(line => line.Platform is null).Select(line => line.ManifestId), cancellationToken);
        var exclusive = query.Sort == Exclusive ? page.Items.ToDictionary(entry => entry.Id, entry => entry.Key) : lines.ToDictionary(line => line.Id, line => liveness.FindFreed([line.Id]).Total);
        var views = lines.Select(line => new TagView(
            line.Name, line.Digest, line.MediaType, line.ArtifactType, line.PushedAt, line.PushedBy, line.LastPulledAt,
            line.Size, exclusive[line.Id], line.Platform ?? looked.GetValueOrDefault(line.ManifestId, "")));
        return new TagPage(repository.ToString(), [.. views], query.Encode(page.Next), page.Total);
    }
}
