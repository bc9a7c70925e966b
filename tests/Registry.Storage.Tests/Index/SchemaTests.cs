using Microsoft.EntityFrameworkCore;
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
    public void Every_connection_is_durable_and_checks_references(string query, string expected) =>
        Assert.Equal(expected, content.Read(db => db.Database.SqlQueryRaw<string>(query).AsEnumerable().Single()));

    [Fact]
    public async Task The_database_itself_keeps_a_link_that_a_manifest_needs_and_a_blob_that_is_linked()
    {
        var blob = await content.PushBlobAsync("r", "bytes");
        await content.PutManifestAsync("r", ["latest"], blob);
        await Assert.ThrowsAnyAsync<Exception>(() => content.Writer.WriteAsync(db => db.Links.ExecuteDelete(), TestContext.Current.CancellationToken));
        await Assert.ThrowsAnyAsync<Exception>(() => content.Writer.WriteAsync(db => db.Blobs.ExecuteDelete(), TestContext.Current.CancellationToken));
        await Assert.ThrowsAnyAsync<Exception>(() => content.Writer.WriteAsync(db => db.Manifests.ExecuteDelete(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void There_is_one_folder_of_migrations_and_they_all_ran() =>
        Assert.Equal(content.Read(db => db.Database.GetMigrations().ToList()), content.Read(db => db.Database.GetAppliedMigrations().ToList()));

    public ValueTask DisposeAsync() => content.DisposeAsync();
}
