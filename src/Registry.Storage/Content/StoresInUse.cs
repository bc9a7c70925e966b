using Microsoft.EntityFrameworkCore;
using Registry.Storage.Blobs;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>
/// Which blob stores have, or may have, objects that the index names: the one that new objects go to, and the one that they are moved
/// away from until it is empty.
/// </summary>
public sealed class StoresInUse(IDbContextFactory<IndexContext> contexts, IndexWriter writer, TimeProvider time)
{
    /// <summary>Null if everything that is stored can be reached; else what is wrong and what to do.</summary>
    /// <param name="target">The store for new objects (<c>Registry:Storage:Provider</c>).</param>
    /// <param name="source">The other one (<c>Registry:Storage:MigrateFrom</c>); null without one.</param>
    public string? FindMistake(StorageProvider target, StorageProvider? source)
    {
        using var db = contexts.CreateDbContext();
        return db.Stores.Select(s => s.Name).AsEnumerable().FirstOrDefault(name => name != target.ToString() && name != source?.ToString()) is { } left
            ? $"There are stored objects in {left}, which is no store by the configuration. Set Registry:Storage:MigrateFrom to {left}, let 'blobs migrate' move them until it says that nothing is left, and remove the setting then."
            : null;
    }

    /// <summary>From now on objects are stored there.</summary>
    public async Task AddAsync(StorageProvider target, CancellationToken cancellationToken)
    {
        var (name, since) = (target.ToString(), time.GetUtcNow().ToUnixTimeMilliseconds());
        if (!IsInUse(name))
        {
            await writer.WriteAsync(db => db.Database.ExecuteSql($"INSERT INTO stores (Name, Since) VALUES ({name}, {since}) ON CONFLICT DO NOTHING"), cancellationToken);
        }
    }

    /// <summary>Nothing that the index names is there any more, and nothing new goes there.</summary>
    internal Task<int> ForgetAsync(string name, CancellationToken cancellationToken) =>
        writer.WriteAsync(db => db.Stores.Where(s => s.Name == name).ExecuteDelete(), cancellationToken);

    private bool IsInUse(string name)
    {
        using var db = contexts.CreateDbContext();
        return db.Stores.Any(s => s.Name == name);
    }
}
