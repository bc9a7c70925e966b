using Microsoft.Data.Sqlite;
using Registry.Benchmarks.Seeding;
using Registry.Storage.Index;

namespace Registry.Benchmarks.Measuring;

/// <summary>What a stopped registry still has of the seed, and whether its blob store has anything without a name.</summary>
internal sealed record Leftovers(long Tags, long Manifests, long Blobs, long UnnamedFiles)
{
    /// <param name="objects">Whether the seeded blobs had files.</param>
    public static Leftovers Count(string folder, Objects objects)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder(IndexDatabase.ConnectionString(folder)) { Pooling = false }.ConnectionString);
        connection.Open();
        const string OfSeed = "RepositoryId IN (SELECT Id FROM repositories WHERE Name LIKE 'seed/%')";
        return new Leftovers(
            Number(connection, $"SELECT COUNT(*) FROM tags WHERE {OfSeed}"),
            Number(connection, $"SELECT COUNT(*) FROM manifests WHERE {OfSeed}"),
            Number(connection, $"SELECT COUNT(DISTINCT BlobId) FROM links WHERE {OfSeed}"),
            objects == Objects.Stored ? CountUnnamed(connection, folder) : 0);
    }

    private static int CountUnnamed(SqliteConnection connection, string folder)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT StorageKey FROM blobs UNION ALL SELECT StorageKey FROM condemned UNION ALL SELECT StorageKey FROM upload_sessions";
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            named.Add(rows.GetString(0));
        }

        return ObjectSeed.Find(folder).Count(key => !named.Contains(key));
    }

    private static long Number(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = query;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }
}
