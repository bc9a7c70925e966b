using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Storage.Tests.Index;

public sealed class IndexExaminationTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("registry-test-").FullName;

    public IndexExaminationTests()
    {
        var options = new DbContextOptionsBuilder<IndexContext>();
        IndexDatabase.Configure(options, folder);
        using var db = new IndexContext(options.Options);
        IndexDatabase.Migrate(db);
    }

    [Fact]
    public void A_sound_index_is_counted()
    {
        Execute("INSERT INTO repositories (Name, CreatedAt) VALUES ('a', 0); INSERT INTO blobs (Digest, StorageKey, Size, CreatedAt) VALUES ('d', 'k', 5, 0);");
        var found = IndexExamination.Of(folder, TestContext.Current.CancellationToken);
        Assert.Equal((1, 0, 0, 1), (found.Repositories, found.Manifests, found.Tags, found.Blobs));
        Assert.Empty(found.Problems);
    }

    [Fact]
    public void What_is_wrong_is_named()
    {
        Execute("PRAGMA foreign_keys=OFF; INSERT INTO links (RepositoryId, BlobId, CreatedAt) VALUES (7, 8, 0); UPDATE totals SET Blobs = 3;");
        var problems = IndexExamination.Of(folder, TestContext.Current.CancellationToken).Problems;
        Assert.Contains(problems, p => p.Contains("links names a row of blobs that is not there", StringComparison.Ordinal));
        Assert.Contains("the totals say 3 blobs of 0 bytes, and there are 0 of 0", problems);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection(IndexDatabase.ConnectionString(folder));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
