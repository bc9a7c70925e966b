using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Benchmarks.Seeding;

/// <summary>Fills a fresh index as if the images had been pushed, one after the other, a month ago.</summary>
internal static class IndexSeed
{
    private static readonly TimeSpan Age = TimeSpan.FromDays(30);

    /// <param name="store">Gets each blob's key and bytes.</param>
    /// <returns>Bytes of the blobs of garbage images.</returns>
    public static long Fill(string folder, SeedPlan plan, TimeProvider time, Action<StorageKey, byte[]> store)
    {
        var options = new DbContextOptionsBuilder<IndexContext>();
        IndexDatabase.Configure(options, folder);
        using (var db = new IndexContext(options.Options))
        {
            IndexDatabase.Migrate(db);
        }

        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder(IndexDatabase.ConnectionString(folder)) { Pooling = false }.ConnectionString);
        connection.Open();
        Run(connection, "PRAGMA synchronous=OFF; PRAGMA cache_size=-262144; BEGIN");
        var garbage = Insert(connection, plan, time.GetUtcNow() - Age, store);
        Run(connection, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
        SqliteConnection.ClearAllPools();
        return garbage;
    }

    private static long Insert(SqliteConnection connection, SeedPlan plan, DateTimeOffset begin, Action<StorageKey, byte[]> store)
    {
        using var repositories = new TableInsert(connection, "repositories", "Id", "Name", "CreatedAt");
        using var blobs = new TableInsert(connection, "blobs", "Id", "Digest", "StorageKey", "Size", "CreatedAt");
        using var manifests = new TableInsert(connection, "manifests", "Id", "RepositoryId", "Digest", "MediaType", "PushedAt", "Body", "Size");
        using var links = new TableInsert(connection, "links", "RepositoryId", "BlobId", "CreatedAt");
        using var edges = new TableInsert(connection, "blob_edges", "ManifestId", "BlobId", "RepositoryId");
        using var tags = new TableInsert(connection, "tags", "RepositoryId", "Name", "ManifestId", "PushedAt");
        using var history = new TableInsert(connection, "tag_history", "RepositoryId", "Tag", "Digest", "From", "FromBy");
        for (var repository = 0; repository < plan.Repositories; repository++)
        {
            repositories.Add(repository + 1, SeedPlan.Repository(repository), begin.ToUnixTimeMilliseconds());
        }

        var (blobId, garbage) = (0L, 0L);
        for (var image = 0; image < plan.Images; image++)
        {
            var pushed = begin.AddMilliseconds(image);
            var (at, repositoryId, manifestId) = (pushed.ToUnixTimeMilliseconds(), plan.RepositoryOf(image) + 1, image + 1);
            var parts = SeedPlan.Blobs(image);
            var body = SeedPlan.Manifest(parts);
            var digest = SeedPlan.DigestOf(body).ToString();
            manifests.Add(manifestId, repositoryId, digest, MediaTypes.OciManifest, at, body, body.Length + parts.Sum(part => part.Length));
            foreach (var part in parts)
            {
                var key = StorageKey.New(pushed);
                blobs.Add(++blobId, SeedPlan.DigestOf(part).ToString(), key.ToString(), part.Length, at);
                links.Add(repositoryId, blobId, at);
                edges.Add(manifestId, blobId, repositoryId);
                store(key, part);
                garbage += plan.IsLive(image) ? 0 : part.Length;
            }

            tags.Add(repositoryId, SeedPlan.Tag(image), manifestId, at);
            history.Add(repositoryId, SeedPlan.Tag(image), digest, at, "seed");
        }

        return garbage;
    }

    private static void Run(SqliteConnection connection, string statements)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = statements;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
