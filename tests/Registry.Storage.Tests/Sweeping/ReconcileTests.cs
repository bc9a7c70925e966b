using Microsoft.EntityFrameworkCore;
using Registry.Gc.Sweeping;
using Registry.Storage.Content;
using Registry.Storage.Index;
using Registry.Storage.Model;
using Registry.Storage.Tests.Content;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Sweeping;

/// <summary>The comparison of the blob store with the index: what it finds, what it leaves alone, and how often each part has its turn.</summary>
public sealed class ReconcileTests : IAsyncDisposable
{
    private readonly TestContent content = new();

    /// <summary>The store makes its folders when it is first asked for.</summary>
    public ReconcileTests() => Assert.NotNull(content.Store);

    private DateTimeOffset Now => content.Time.GetUtcNow();

    private DateTimeOffset Old => Now - content.Windows.UploadExpiry - TimeSpan.FromSeconds(1);

    private RunTime NoRun => new(0, Now, Now + content.Windows.Drain);

    [Fact]
    public async Task An_old_object_that_nothing_names_is_condemned_and_deleted_after_the_drain()
    {
        var (old, young) = (await StoreAsync(Old, "unnamed"), await StoreAsync(Old + TimeSpan.FromSeconds(2), "young"));
        var run = await content.SweepAsync(ReconcileScope.All);
        Assert.Equal((1, 0, 1, 7), (run.Unnamed, run.Missing, run.CondemnedObjects, run.CondemnedBytes));
        Assert.Equal((old.ToString(), "nothing names it", run.Id), content.Read(db => db.Condemned.Select(c => new ValueTuple<string, string, long?>(c.StorageKey, c.Reason, c.RunId)).Single()));
        Assert.Equal(2, (await content.StoredAsync()).Count);
        content.Time.Advance(content.Windows.Drain);
        await content.Condemned.DeleteDueAsync(Token);
        Assert.Equal(young, (await content.StoredAsync()).Single().Key);
        Assert.Equal((1, 7), (content.Run(run.Id).Objects, content.Run(run.Id).FreedBytes));
    }

    [Fact]
    public async Task What_a_session_a_blob_or_a_condemned_row_names_is_left_alone_however_old()
    {
        await content.PutManifestAsync("r", ["latest"], await content.PushBlobAsync("r", "blob"));
        await content.Blobs.DeleteAsync(Name("r"), await content.PushBlobAsync("r", "condemned"), Token);
        var session = (await content.Sessions.BeginAsync(Name("r"), DigestAlgorithm.Sha256, Token)).Value;
        content.Time.Advance(content.Windows.UploadExpiry - TimeSpan.FromMinutes(1));
        await content.Sessions.AppendAsync(Name("r"), session.Id, null, Body("session"), Token);
        content.Time.Advance(content.Windows.UploadExpiry - TimeSpan.FromMinutes(1));
        var run = await content.SweepAsync(ReconcileScope.All);
        Assert.Equal((0, 0, 0), (run.Unnamed, run.Missing, run.CondemnedObjects));
        Assert.Null(await content.Sessions.SealAsync(Name("r"), session.Id, null, DigestOf("session"), Body(""), Token));
    }

    [Fact]
    public async Task Files_that_are_no_stored_objects_are_left_alone()
    {
        var notes = Path.Combine(content.Folder, "blobs", "00", "notes.txt");
        var strange = Path.Combine(content.Folder, "blobs", "00", "00000000000010008000000000000000");
        await File.WriteAllTextAsync(notes, "x", Token);
        await File.WriteAllTextAsync(strange, "x", Token);
        Assert.Equal(0, (await content.SweepAsync(ReconcileScope.All)).Unnamed);
        Assert.True(File.Exists(notes) && File.Exists(strange));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_blob_without_its_whole_bytes_gets_a_finding_and_the_next_push_heals_it(bool isShort)
    {
        await content.PushBlobAsync("r", "sound");
        var blob = await content.PushBlobAsync("r", "x");
        var key = content.Read(db => db.Blobs.Single(b => b.Digest == blob.ToString()).StorageKey);
        await File.WriteAllBytesAsync(Path.Combine(content.Folder, key), [], Token);
        if (!isShort)
        {
            await content.Store.DeleteAsync([StorageKey.Parse(key)], Token);
        }

        var run = await content.SweepAsync(ReconcileScope.All);
        Assert.Equal((0, 1), (run.Unnamed, run.Missing));
        Assert.Equal(ErrorKind.BlobUnknown, (await content.Blobs.FindAsync(Name("r"), blob, Token)).Error!.Kind);
        Assert.Equal(0, (await content.SweepAsync(ReconcileScope.All)).Missing);
        await content.PushBlobAsync("r", "x");
        Assert.Equal("x", await content.PullBlobAsync("r", blob));
    }

    [Fact]
    public async Task A_disk_that_is_not_mounted_is_not_taken_for_lost_bytes()
    {
        var blob = await content.PushBlobAsync("r", "x");
        var blobs = Path.Combine(content.Folder, "blobs");
        Directory.Move(blobs, blobs + "-elsewhere");
        await content.CrashAsync();
        Assert.Equal(0, (await content.SweepAsync(ReconcileScope.All)).Missing);
        Directory.Delete(blobs, recursive: true);
        Directory.Move(blobs + "-elsewhere", blobs);
        Assert.Equal("x", await content.PullBlobAsync("r", blob));
    }

    [Fact]
    public async Task A_blob_that_is_deleted_between_the_two_looks_is_not_missing()
    {
        var blob = await content.PushBlobAsync("r", "x");
        await content.PushBlobAsync("r", "another");
        var part = PartOf(content.Read(db => db.Blobs.Single(b => b.Digest == blob.ToString()).StorageKey));
        await content.Store.DeleteAsync([StorageKey.Parse(content.Read(db => db.Blobs.Single(b => b.Digest == blob.ToString()).StorageKey))], Token);
        var seen = await content.Comparison.FindDifferencesAsync(part, Old, Token);
        Assert.Single(seen.Missing);
        await content.Blobs.DeleteAsync(Name("r"), blob, Token);
        await content.Comparison.SettleAsync(seen, NoRun, Token);
        Assert.Equal(0, content.Read(db => db.Blobs.Count(b => b.Finding != null)));
    }

    [Fact]
    public async Task After_a_crash_between_listing_and_condemning_the_next_comparison_condemns_once()
    {
        var key = await StoreAsync(Old, "unnamed");
        var seen = await content.Comparison.FindDifferencesAsync(PartOf(key.ToString()), Now, Token);
        Assert.Equal(key, Assert.Single(seen.Unnamed).Key);
        await content.CrashAsync();
        Assert.Equal(0, content.Read(db => db.Condemned.Count()));
        Assert.Equal(1, (await content.SweepAsync(ReconcileScope.All)).Unnamed);
        await content.Comparison.SettleAsync(seen, NoRun, Token);
        Assert.Equal(1, content.Read(db => db.Condemned.Count()));
        Assert.Equal(0, (await content.SweepAsync(ReconcileScope.All)).Unnamed);
    }

    [Fact]
    public async Task An_object_that_is_gone_by_the_second_look_is_not_condemned()
    {
        var key = await StoreAsync(Old, "unnamed");
        var seen = await content.Comparison.FindDifferencesAsync(PartOf(key.ToString()), Now, Token);
        await content.Store.DeleteAsync([key], Token);
        await content.Comparison.SettleAsync(seen, NoRun, Token);
        Assert.Equal(0, content.Read(db => db.Condemned.Count()));
    }

    [Fact]
    public async Task Many_unnamed_objects_of_one_part_are_condemned_in_several_changes()
    {
        var part = new StoragePart(0xab);
        for (var i = 0; i < 250; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(content.Folder, KeyIn(part, Old).ToString()), "x", Token);
        }

        Assert.Equal(250, (await content.SweepAsync(ReconcileScope.All)).Unnamed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(24)]
    [InlineData(24 * 7)]
    public async Task Runs_that_come_regularly_compare_each_part_once_in_the_time_for_all(int hoursBetween)
    {
        var (start, most) = (Now, 0);
        await CompareAsync();
        while (Now - start < content.Windows.ReconcileEvery)
        {
            content.Time.Advance(TimeSpan.FromHours(hoursBetween));
            var before = Now;
            await CompareAsync();
            most = Math.Max(most, content.Read(db => db.Compared.Count(c => c.At == before)));
        }

        Assert.Equal(256, content.Read(db => db.Compared.Count()));
        Assert.InRange(most, 1, 1 + 256 * hoursBetween / (24 * 7));
    }

    [Fact]
    public async Task Runs_in_quick_succession_compare_no_more_than_slow_ones()
    {
        for (var minutes = 0; minutes < 120; minutes++)
        {
            await CompareAsync();
            content.Time.Advance(TimeSpan.FromMinutes(1));
        }

        // A part is worth 39 minutes; what has begun counts as a whole one.
        Assert.InRange(content.Read(db => db.Compared.Count()), 1, 1 + 2 * 3);
    }

    [Fact]
    public async Task The_parts_that_were_compared_longest_ago_come_first()
    {
        await content.SweepAsync(ReconcileScope.All);
        Assert.Equal(256, content.Read(db => db.Compared.Count()));
        await content.Writer.WriteAsync(db => db.Compared.Where(c => c.Prefix == "7f").ExecuteUpdate(set => set.SetProperty(c => c.At, DateTimeOffset.UnixEpoch)), Token);
        content.Time.Advance(content.Windows.ReconcileEvery / 256);
        await CompareAsync();
        Assert.Equal("7f", content.Read(db => db.Compared.Single(c => c.At == content.Time.GetUtcNow()).Prefix));
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();

    private async Task CompareAsync() => await content.SweepSteps.OfType<ReconcileStep>().Single().RunBatchAsync(new SweepPass(0, Now), 1, Token);

    private static StoragePart PartOf(string key) => StorageKey.Parse(key).Part;

    private static StorageKey KeyIn(StoragePart part, DateTimeOffset createdAt)
    {
        var id = Guid.CreateVersion7(createdAt).ToString("N")[..^2] + part;
        return StorageKey.Parse(part.KeyPrefix + id);
    }

    private async Task<StorageKey> StoreAsync(DateTimeOffset createdAt, string text)
    {
        var key = StorageKey.New(createdAt);
        await using var writer = await content.Store.OpenWriteAsync(key, 0, Token);
        await writer!.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), Token);
        return key;
    }
}
