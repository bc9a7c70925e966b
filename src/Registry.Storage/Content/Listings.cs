using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>Some of a listing in its order; <paramref name="Next"/> is what to ask for after, null at the end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Lists tags, repositories and referrers, page by page, from the index alone.</summary>
public sealed class Listings(IDbContextFactory<IndexContext> contexts)
{
    /// <summary>Characters of annotations after which a page of referrers ends: clients need not read more than 4 MiB at once.</summary>
    private const int ReferrersPageCharacters = 1024 * 1024;

    /// <summary>The tags of a repository in ASCII order after <paramref name="last"/>. Errors: NameUnknown.</summary>
    public Outcome<Page<string>> Tags(RepositoryName repository, string? last, int count)
    {
        using var db = contexts.CreateDbContext();
        // A push that was begun and never ended makes no repository yet.
        if (Repositories.Find(db, repository) is not { } id || !db.Links.Any(l => l.RepositoryId == id) && !db.Manifests.Any(m => m.RepositoryId == id))
        {
            return new RegistryError(ErrorKind.NameUnknown, $"There is no repository {repository}. It comes into being with the first push.", new { name = repository.ToString() });
        }

        var tags = db.Tags.Where(t => t.RepositoryId == id);
        if (last is not null)
        {
            tags = tags.Where(t => string.Compare(t.Name, last) > 0);
        }

        return PageOf(tags.OrderBy(t => t.Name).Select(t => t.Name).Take(count + 1).ToList(), count);
    }

    /// <summary>The repositories with a manifest that the caller may read, in ASCII order after <paramref name="last"/>.</summary>
    public Page<string> Catalog(string? last, int count, Func<RepositoryName, bool> mayRead)
    {
        using var db = contexts.CreateDbContext();
        var readable = new List<string>();
        var after = last ?? "";
        while (readable.Count <= count)
        {
            var more = db.Repositories.Where(r => string.Compare(r.Name, after) > 0 && db.Manifests.Any(m => m.RepositoryId == r.Id))
                .OrderBy(r => r.Name).Select(r => r.Name).Take(count + 1).ToList();
            if (more.Count == 0)
            {
                break;
            }

            readable.AddRange(more.Where(name => mayRead(RepositoryName.Parse(name))));
            after = more[^1];
        }

        return PageOf(readable, count);
    }

    /// <summary>
    /// The manifests about <paramref name="subject"/>, oldest first; an unknown subject has none. A page ends after
    /// <paramref name="count"/> of them, or sooner where their annotations are long.
    /// </summary>
    /// <param name="after">The <see cref="Page{T}.Next"/> of the page before.</param>
    public Page<Referrer> Referrers(RepositoryName repository, Digest subject, string? artifactType, long after, int count)
    {
        using var db = contexts.CreateDbContext();
        var repositoryId = Repositories.Find(db, repository);
        var text = subject.ToString();
        var items = new List<Referrer>();
        var (characters, last) = (0, after);
        // Row by row: two hundred manifests of 4 MiB are not to be in memory at once.
        foreach (var row in db.Manifests
                     .Where(m => m.RepositoryId == repositoryId && m.Subject == text && m.Id > after && (artifactType == null || m.ArtifactType == artifactType))
                     .OrderBy(m => m.Id).Take(count + 1).AsEnumerable())
        {
            if (items.Count == count || characters > ReferrersPageCharacters)
            {
                return new Page<Referrer>(items, count == 0 ? null : last.ToString(CultureInfo.InvariantCulture));
            }

            var referrer = Referrer.Of(row);
            items.Add(referrer);
            characters += referrer.AnnotationCharacters;
            last = row.Id;
        }

        return new Page<Referrer>(items, null);
    }

    private static Page<string> PageOf(List<string> found, int count) =>
        count == 0 ? new Page<string>([], null)
        : found.Count > count ? new Page<string>(found[..count], found[count - 1])
        : new Page<string>(found, null);
}
