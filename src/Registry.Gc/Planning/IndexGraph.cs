using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Registry.Gc.Retention;
using Registry.Gc.Sweeping;
using Registry.Storage.Index;

namespace Registry.Gc.Planning;

/// <summary>Reads the whole index into a <see cref="ManifestGraph"/>: who keeps whom alive, all repositories together since they share blobs.</summary>
internal static class IndexGraph
{
    /// <summary>Plain readers, not rows of EF Core: there are millions of them, and each is two numbers.</summary>
    /// <param name="db">Within a transaction: everything must be of one moment.</param>
    public static ManifestGraph Read(IndexContext db, DateTimeOffset now)
    {
        var connection = db.Database.GetDbConnection();
        var graph = new ManifestGraphBuilder();
        Each(connection, "SELECT Id, RepositoryId, LENGTH(Body) FROM manifests ORDER BY Id", row => graph.AddManifest(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)));
        Each(connection, "SELECT Id, Size FROM blobs ORDER BY Id", row => graph.AddBlob(row.GetInt64(0), row.GetInt64(1)));
        Each(connection, "SELECT ManifestId, BlobId FROM blob_edges", row => graph.AddBlobEdge(row.GetInt64(0), row.GetInt64(1)));
        Each(connection, "SELECT ParentId, ChildId FROM child_edges", row => graph.AddChild(row.GetInt64(0), row.GetInt64(1)));
        Each(
            connection,
            "SELECT s.Id, m.Id FROM manifests m JOIN manifests s ON s.RepositoryId = m.RepositoryId AND s.Digest = m.Subject WHERE m.Subject IS NOT NULL",
            row => graph.AddReferrer(row.GetInt64(0), row.GetInt64(1)));
        Each(connection, $"SELECT Id FROM manifests m WHERE EXISTS (SELECT 1 FROM pins p WHERE p.Digest = m.Digest AND p.ExpiresAt > {now.ToUnixTimeMilliseconds()})", row => graph.Keep(row.GetInt64(0)));
        // Where a manifest needs the link it has no end, and says nothing that the edge does not say.
        Each(connection, "SELECT RepositoryId, BlobId FROM links WHERE KeptUntil IS NOT NULL", row => graph.AddLink(row.GetInt64(0), row.GetInt64(1)));
        AddTags(connection, graph);
        return graph.Build();
    }

    private static void AddTags(DbConnection connection, ManifestGraphBuilder graph)
    {
        var signatures = new List<(long Repository, string Subject, long Manifest)>();
        Each(connection, "SELECT Id, RepositoryId, Name, ManifestId FROM tags", row =>
        {
            if (SignatureTag.SubjectOf(row.GetString(2)) is { } subject)
            {
                signatures.Add((row.GetInt64(1), subject, row.GetInt64(3)));
            }
            else
            {
                graph.AddTag(row.GetInt64(0), row.GetInt64(3));
            }
        });
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT Id FROM manifests WHERE RepositoryId = $repository AND Digest = $digest";
        foreach (var (repository, subject, manifest) in signatures)
        {
            find.Parameters.Clear();
            find.Parameters.Add(new Microsoft.Data.Sqlite.SqliteParameter("$repository", repository));
            find.Parameters.Add(new Microsoft.Data.Sqlite.SqliteParameter("$digest", subject));
            if (find.ExecuteScalar() is long subjectId)
            {
                graph.AddReferrer(subjectId, manifest);
            }
        }
    }

    private static void Each(DbConnection connection, string query, Action<DbDataReader> add)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            add(rows);
        }
    }
}
