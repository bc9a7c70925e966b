using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Registry.Storage.Index;
using Registry.Storage.Tests.Content;

namespace Registry.Storage.Tests.Index;

public sealed class SchemaTests : IAsyncDisposable
{
    private readonly TestContent content = new();

    [Fact]
    public void The_migrations_are_up_to_date_with_the_model() => Assert.False(content.Read(db => db.Database.HasPendingModelChanges()));

    [Theory]
    [InlineData("SELECT journal_mode AS Value FROM pragma_journal_mode", "wal")]
    [InlineData("SELECT CAST(synchronous AS TEXT) AS Value FROM pragma_synchronous", "2")]
    [InlineData("SELECT CAST(foreign_keys AS TEXT) AS Value FROM pragma_foreign_keys", "1")]
    [InlineData("SELECT CAST(temp_store AS TEXT) AS Value FROM pragma_temp_store", "2")]
    public async Task The_writer_is_durable_checks_references_and_needs_no_folder_for_temporary_files(string query, string expected) =>
        Assert.Equal(expected, await content.Writer.WriteAsync(db => db.Database.SqlQueryRaw<string>(query).AsEnumerable().Single(), TestContext.Current.CancellationToken));

    [Fact]
    public void A_migration_that_was_killed_does_not_keep_the_next_one_waiting()
    {
        var folder = Directory.CreateTempSubdirectory("registry-schema-");
        try
        {
            var options = new DbContextOptionsBuilder<IndexContext>();
            IndexDatabase.Configure(options, folder.FullName);
            using (var killed = new IndexContext(options.Options))
            {
                killed.Database.ExecuteSqlRaw("""CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER PRIMARY KEY, "Timestamp" TEXT NOT NULL); INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01');""");
                IndexDatabase.Migrate(killed);
                Assert.Empty(killed.Database.GetPendingMigrations());
            }

            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void An_index_of_the_first_schema_gets_the_sizes_of_its_manifests_and_the_totals_of_what_it_has()
    {
        var folder = Directory.CreateTempSubdirectory("registry-schema-");
        try
        {
            var options = new DbContextOptionsBuilder<IndexContext>();
            IndexDatabase.Configure(options, folder.FullName);
            using (var db = new IndexContext(options.Options))
            {
                db.GetService<IMigrator>().Migrate("Initial");
                // An index (id 2, 5 bytes) with one child (id 1, 3 bytes); both name blob 1, the child names blob 2 too.
                db.Database.ExecuteSqlRaw("""
                    INSERT INTO repositories (Id, Name, CreatedAt) VALUES (1, 'r', 0);
                    INSERT INTO blobs (Id, Digest, StorageKey, Size, CreatedAt) VALUES (1, 'a', 'a', 100, 0), (2, 'b', 'b', 20, 0);
                    INSERT INTO links (RepositoryId, BlobId, CreatedAt) VALUES (1, 1, 0), (1, 2, 0);
                    INSERT INTO manifests (Id, RepositoryId, Digest, MediaType, PushedAt, Body) VALUES (1, 1, 'c', 'm', 0, x'010203'), (2, 1, 'd', 'm', 0, x'0102030405');
                    INSERT INTO blob_edges (ManifestId, BlobId, RepositoryId) VALUES (1, 1, 1), (1, 2, 1), (2, 1, 1);
                    INSERT INTO child_edges (ParentId, ChildId) VALUES (2, 1);
                    INSERT INTO condemned (StorageKey, Size, Reason, DeleteAfter, Failures) VALUES ('e', 7, 'x', 0, 0);
                    INSERT INTO upload_sessions (Id, RepositoryId, StorageKey, Algorithm, Received, ExpiresAt) VALUES ('1', 1, 'f', 'sha256', 9, 0);
                    """);
                IndexDatabase.Migrate(db);
                Assert.Equal([123L, 128L], db.Manifests.OrderBy(m => m.Id).Select(m => m.Size).ToList());
                db.Database.ExecuteSqlRaw("DELETE FROM condemned; UPDATE upload_sessions SET Received = 10;");
                var totals = db.Totals.Single();
                Assert.Equal((2, 120, 0, 10), (totals.Blobs, totals.BlobBytes, totals.CondemnedBytes, totals.UploadBytes));
            }

            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_start_with_nothing_to_migrate_writes_nothing()
    {
        await content.PushBlobAsync("r", "x");
        var before = content.Read(db => db.Database.SqlQueryRaw<long>("SELECT data_version AS Value FROM pragma_data_version").AsEnumerable().Single());
        content.Read(db =>
        {
            db.Database.ExecuteSqlRaw("PRAGMA query_only=ON;");
            IndexDatabase.Migrate(db);
            return db.Database.ExecuteSqlRaw("PRAGMA query_only=OFF;");
        });
        Assert.Equal(before, content.Read(db => db.Database.SqlQueryRaw<long>("SELECT data_version AS Value FROM pragma_data_version").AsEnumerable().Single()));
    }

    [Fact]
    public async Task The_database_itself_keeps_a_link_that_a_manifest_needs_and_a_blob_that_is_linked()
    {
        var blob = await content.PushBlobAsync("r", "bytes");
        await content.PutManifestAsync("r", ["latest"], blob);
        await Assert.ThrowsAnyAsync<Exception>(() => content.Writer.WriteAsync(db => db.Links.ExecuteDelete(), TestContext.Current.CancellationToken));
        await Assert.ThrowsAnyAsync<Exception>(() => content.Writer.WriteAsync(db => db.Blobs.ExecuteDelete(), TestContext.Current.CancellationToken));
        await Assert.ThrowsAnyAsync<Exception>(() => content.Writer.WriteAsync(db => db.Manifests.ExecuteDelete(), TestContext.Current.CancellationToken));
    }

    /// <summary>A receipt, a plan or a pull may name a row that has gone: its id must not become another row's (ADR 0002).</summary>
    [Fact]
    public void Ids_are_never_used_again()
    {
        var tables = content.Read(db => db.Database.SqlQueryRaw<string>(
            "SELECT t.name || ': ' || t.sql AS Value FROM sqlite_master t JOIN pragma_table_info(t.name) c ON c.pk = 1 AND c.name = 'Id' AND c.type = 'INTEGER' WHERE t.type = 'table' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\'").AsEnumerable().ToList());
        Assert.Contains(tables, table => table.StartsWith("runs: ", StringComparison.Ordinal));
        Assert.InRange(tables.Count, 10, 100);
        Assert.All(tables, table => Assert.True(table.Contains("AUTOINCREMENT", StringComparison.Ordinal) || table.StartsWith("totals: ", StringComparison.Ordinal) || table.StartsWith("journal_position: ", StringComparison.Ordinal), table));
    }

    [Fact]
    public void There_is_one_folder_of_migrations_and_they_all_ran() =>
        Assert.Equal(content.Read(db => db.Database.GetMigrations().ToList()), content.Read(db => db.Database.GetAppliedMigrations().ToList()));

    public ValueTask DisposeAsync() => content.DisposeAsync();
}
