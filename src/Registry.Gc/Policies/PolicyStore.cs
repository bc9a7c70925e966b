using Microsoft.EntityFrameworkCore;
using Registry.Gc.Retention;
using Registry.Storage.Content;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Gc.Policies;

/// <summary>The versions of the retention policy in the index; the newest one is in memory too, since every tag write asks it.</summary>
public sealed class PolicyStore(IDbContextFactory<IndexContext> contexts, IndexWriter writer, UploadBudget uploads, TimeProvider time) : IImmutableTags
{
    private readonly Lock loading = new();
    private PolicyVersion? current;
    private bool isLoaded;

    /// <summary>The policy that holds; null before the first one is set: then every tag stays.</summary>
    /// <exception cref="InvalidDataException">The stored text is no policy (any more).</exception>
    public PolicyVersion? Current
    {
        get
        {
            lock (loading)
            {
                if (!isLoaded)
                {
                    Hold(Load());
                }

                return current;
            }
        }
    }

    /// <summary>Makes it the newest version; a text that is the newest already stays what it is.</summary>
    public async Task<PolicyVersion> SetAsync(RetentionPolicy policy, string by, CancellationToken cancellationToken)
    {
        var row = await writer.WriteAsync(
            db =>
            {
                var newest = db.Policies.OrderByDescending(p => p.Id).FirstOrDefault();
                if (newest?.Text == policy.Text)
                {
                    return newest;
                }

                var added = new PolicyRow { Text = policy.Text, SetAt = time.GetUtcNow(), SetBy = by };
                db.Policies.Add(added);
                db.SaveChanges();
                return added;
            },
            cancellationToken);
        var version = new PolicyVersion(row.Id, row.SetAt, row.SetBy, policy);
        lock (loading)
        {
            // Two may be set at once: the later one holds, whichever comes here first.
            if (!isLoaded || current is null || current.Version < version.Version)
            {
                Hold(version);
            }
        }

        return version;
    }

    /// <summary>The newest first, as they were written.</summary>
    /// <param name="before">Only versions before this one; null for all.</param>
    public IReadOnlyList<PolicyRow> List(long? before, int count)
    {
        using var db = contexts.CreateDbContext();
        return db.Policies.Where(p => before == null || p.Id < before).OrderByDescending(p => p.Id).Take(count).ToList();
    }

    public PolicyRow? Find(long version)
    {
        using var db = contexts.CreateDbContext();
        return db.Policies.FirstOrDefault(p => p.Id == version);
    }

    public string? FindRule(RepositoryName repository, Tag tag) => Current?.Policy.FindImmutable(repository, tag);

    private void Hold(PolicyVersion? version)
    {
        (current, isLoaded) = (version, true);
        uploads.Bytes = version?.Policy.Budget?.Bytes;
    }

    private PolicyVersion? Load()
    {
        if (List(before: null, count: 1) is not [var row])
        {
            return null;
        }

        // Without its policy a registry would move immutable tags: better that it does not start.
        return RetentionPolicy.TryParse(row.Text, out var policy, out var mistakes)
            ? new PolicyVersion(row.Id, row.SetAt, row.SetBy, policy)
            : throw new InvalidDataException($"Version {row.Id} of the retention policy in the index cannot be read: {string.Join(' ', mistakes)}");
    }
}
