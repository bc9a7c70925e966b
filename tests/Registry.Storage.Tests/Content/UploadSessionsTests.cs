using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Registry.Storage.Blobs;
using Registry.Storage.Content;
using Registry.Storage.Model;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Content;

public sealed class UploadSessionsTests : IAsyncDisposable
{
    private readonly TestContent content = new();

    [Fact]
    public async Task Chunks_become_one_blob_and_no_byte_is_copied()
    {
        var session = await BeginAsync("r");
        Assert.Equal(3, (await AppendAsync("r", session.Id, "abc", new ChunkRange(0, 2))).Value.Received);
        Assert.Equal(5, (await AppendAsync("r", session.Id, "de", null)).Value.Received);
        var intent = content.Read(db => db.UploadSessions.Single().StorageKey);

        Assert.Null(await SealAsync("r", session.Id, DigestOf("abcdefg"), "fg"));

        Assert.Equal("abcdefg", await content.PullBlobAsync("r", DigestOf("abcdefg")));
        Assert.Equal(intent, (await content.StoredAsync()).Single().Key.ToString());
        Assert.Equal(0, content.Read(db => db.UploadSessions.Count()));
    }

    [Fact]
    public async Task The_intent_is_committed_before_the_first_byte()
    {
        await BeginAsync("r");
        Assert.Equal(1, content.Read(db => db.UploadSessions.Count()));
        Assert.Empty(await content.StoredAsync());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(4, 5)]
    public async Task A_chunk_out_of_order_is_refused_and_the_session_stays(long first, long last)
    {
        var session = await BeginAsync("r");
        await AppendAsync("r", session.Id, "abc", null);
        var refused = await AppendAsync("r", session.Id, "xy", new ChunkRange(first, last));
        Assert.Equal(new OutOfOrder(3), Assert.IsType<OutOfOrder>(refused.Error!.Detail));
        Assert.Null(await SealAsync("r", session.Id, DigestOf("abcde"), "de"));
    }

    [Fact]
    public async Task A_body_of_another_length_than_announced_is_dropped()
    {
        var session = await BeginAsync("r");
        Assert.Equal(ErrorKind.UploadInvalid, (await AppendAsync("r", session.Id, "abc", new ChunkRange(0, 9))).Error!.Kind);
        Assert.Null(await SealAsync("r", session.Id, DigestOf("xyz"), "xyz"));
        Assert.Equal("xyz", await content.PullBlobAsync("r", DigestOf("xyz")));
    }

    [Fact]
    public async Task A_body_that_breaks_off_leaves_the_session_as_it_was()
    {
        var session = await BeginAsync("r");
        await AppendAsync("r", session.Id, "abc", null);
        await Assert.ThrowsAsync<IOException>(() => content.Sessions.AppendAsync(Name("r"), session.Id, null, BrokenOff("half"), Token));

        Assert.Equal(3, content.Sessions.Find(Name("r"), session.Id).Value.Received);
        Assert.Null(await SealAsync("r", session.Id, DigestOf("abcde"), "de"));
        Assert.Equal("abcde", await content.PullBlobAsync("r", DigestOf("abcde")));
    }

    [Fact]
    public async Task A_body_that_breaks_off_leaves_no_bytes()
    {
        var session = await BeginAsync("r");
        await AppendAsync("r", session.Id, "abc", null);
        await Assert.ThrowsAsync<IOException>(() => content.Sessions.AppendAsync(Name("r"), session.Id, null, BrokenOff("half"), Token));
        Assert.Equal(3, (await content.StoredAsync()).Single().Size);
    }

    [Fact]
    public async Task A_single_push_that_breaks_off_leaves_no_session_and_no_object()
    {
        await Assert.ThrowsAsync<IOException>(() => content.Sessions.PushAsync(Name("r"), DigestOf("halfway"), BrokenOff("half"), Token));
        Assert.Equal(0, content.Read(db => db.UploadSessions.Count()));
        Assert.Empty(await content.StoredAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("first ")]
    public async Task Bytes_that_were_hashed_and_never_acknowledged_are_not_believed(string before)
    {
        var session = await BeginAsync("r");
        await AppendAsync("r", session.Id, before, null);
        using var gone = new CancellationTokenSource();
        // The whole body has come when its client goes, so the index is not told.
        var body = new EndingBody("AAAA", gone.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => content.Sessions.AppendAsync(Name("r"), session.Id, null, Body(body), gone.Token));

        Assert.Equal(before.Length, content.Sessions.Find(Name("r"), session.Id).Value.Received);
        await AppendAsync("r", session.Id, "BBBB", null);
        Assert.Equal(ErrorKind.DigestInvalid, (await SealAsync("r", session.Id, DigestOf(before + "AAAA"), ""))!.Kind);
    }

    [Fact]
    public async Task Lost_bytes_are_unknown_once_somebody_asked_for_them_and_the_next_push_heals()
    {
        var blob = await content.PushBlobAsync("r", "x");
        await content.Store.DeleteAsync([(await content.StoredAsync()).Single().Key], Token);
        var found = (await content.Blobs.FindAsync(Name("r"), blob, Token)).Value;
        Assert.Equal(ErrorKind.BlobUnknown, (await content.Blobs.OpenAsync(found, BlobRange.Nothing, Token)).Error!.Kind);
        Assert.Equal(ErrorKind.BlobUnknown, (await content.Blobs.FindAsync(Name("r"), blob, Token)).Error!.Kind);
        await content.PushBlobAsync("r", "x");
        Assert.Equal("x", await content.PullBlobAsync("r", blob));
    }

    [Fact]
    public async Task The_link_to_lost_bytes_can_be_deleted()
    {
        var blob = await content.PushBlobAsync("r", "x");
        await content.Writer.WriteAsync(db => db.Blobs.ExecuteUpdate(set => set.SetProperty(b => b.Finding, "missing")), Token);
        Assert.Null(await content.Blobs.DeleteAsync(Name("r"), blob, "me", Token));
        Assert.Equal((0, 0, 1), content.Read(db => (db.Links.Count(), db.Blobs.Count(), db.Condemned.Count())));
        Assert.Equal(ErrorKind.BlobUnknown, (await content.Blobs.DeleteAsync(Name("r"), blob, "me", Token))!.Kind);
    }

    [Fact]
    public async Task A_push_of_lost_bytes_heals_also_when_nobody_has_asked_for_them()
    {
        var blob = await content.PushBlobAsync("r", "x");
        await content.Store.DeleteAsync([(await content.StoredAsync()).Single().Key], Token);
        await content.PushBlobAsync("other", "x");
        Assert.Equal("x", await content.PullBlobAsync("r", blob));
    }

    [Fact]
    public async Task A_second_writer_is_refused_while_the_first_one_writes()
    {
        var session = await BeginAsync("r");
        var slow = new Pipe();
        var first = content.Sessions.AppendAsync(Name("r"), session.Id, null, new UploadBody(slow.Reader, null), Token);
        Assert.Equal(ErrorKind.UploadBusy, (await AppendAsync("r", session.Id, "x", null)).Error!.Kind);
        Assert.Equal(ErrorKind.UploadBusy, (await content.Sessions.CancelAsync(Name("r"), session.Id, Token))!.Kind);
        await slow.Writer.CompleteAsync();
        Assert.Null((await first).Error);
        Assert.Null((await AppendAsync("r", session.Id, "x", null)).Error);
    }

    [Fact]
    public async Task A_wrong_digest_ends_the_session_and_nothing_is_kept()
    {
        var session = await BeginAsync("r");
        var refused = await SealAsync("r", session.Id, DigestOf("something else"), "bytes");
        Assert.Equal(ErrorKind.DigestInvalid, refused!.Kind);
        Assert.Contains(DigestOf("bytes").ToString(), refused.Message, StringComparison.Ordinal);
        Assert.Empty(await content.StoredAsync());
        Assert.Equal((0, 0, 0), content.Read(db => (db.UploadSessions.Count(), db.Blobs.Count(), db.Condemned.Count())));
        Assert.Equal(ErrorKind.UploadUnknown, (await SealAsync("r", session.Id, DigestOf("bytes"), "bytes"))!.Kind);
    }

    [Fact]
    public async Task A_digest_in_another_algorithm_than_the_running_one_is_computed_from_the_stored_bytes()
    {
        var text = new string('x', 300_000);
        var session = await BeginAsync("r");
        await AppendAsync("r", session.Id, text, null);
        var digest = Digest.Of(DigestAlgorithm.Sha512, Encoding.UTF8.GetBytes(text));
        Assert.Null(await SealAsync("r", session.Id, digest, ""));
        Assert.Equal(text, await content.PullBlobAsync("r", digest));
    }

    [Fact]
    public async Task A_session_goes_on_after_a_restart()
    {
        var session = await BeginAsync("r");
        await AppendAsync("r", session.Id, "abc", null);
        var afterRestart = content.NewSessions();
        Assert.Null((await afterRestart.AppendAsync(Name("r"), session.Id, new ChunkRange(3, 4), Body("de"), Token)).Error);
        Assert.Null(await afterRestart.SealAsync(Name("r"), session.Id, null, DigestOf("abcde"), Body(""), Token));
        Assert.Equal("abcde", await content.PullBlobAsync("r", DigestOf("abcde")));
    }

    [Fact]
    public async Task A_session_whose_bytes_were_lost_in_a_power_cut_has_ended()
    {
        var session = await BeginAsync("r");
        await AppendAsync("r", session.Id, "abc", null);
        await content.Store.DeleteAsync([StorageKey.Parse(content.Read(db => db.UploadSessions.Single().StorageKey))], Token);
        Assert.Equal(ErrorKind.UploadUnknown, (await AppendAsync("r", session.Id, "de", null)).Error!.Kind);
        Assert.Equal(0, content.Read(db => db.UploadSessions.Count()));
    }

    [Fact]
    public async Task A_session_belongs_to_its_repository()
    {
        var session = await BeginAsync("r");
        await content.PushBlobAsync("other", "x");
        Assert.Equal(ErrorKind.UploadUnknown, content.Sessions.Find(Name("other"), session.Id).Error!.Kind);
        Assert.Equal(ErrorKind.UploadUnknown, (await SealAsync("other", session.Id, DigestOf("y"), "y"))!.Kind);
    }

    [Fact]
    public async Task Expiry_counts_from_the_last_byte()
    {
        var (idle, busy) = (await BeginAsync("r"), await BeginAsync("r"));
        content.Time.Advance(TimeSpan.FromHours(23));
        await AppendAsync("r", busy.Id, "abc", null);
        content.Time.Advance(TimeSpan.FromHours(2));

        Assert.Equal(1, await content.Sessions.ExpireAsync(runId: null, Token));

        Assert.Equal(ErrorKind.UploadUnknown, content.Sessions.Find(Name("r"), idle.Id).Error!.Kind);
        Assert.Equal(3, content.Sessions.Find(Name("r"), busy.Id).Value.Received);
        content.Time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(1, await content.Sessions.ExpireAsync(runId: null, Token));
        Assert.Empty(await content.StoredAsync());
    }

    [Fact]
    public async Task A_session_that_a_slow_client_still_writes_to_does_not_expire()
    {
        var session = await BeginAsync("r");
        var slow = new Pipe();
        var request = content.Sessions.AppendAsync(Name("r"), session.Id, null, new UploadBody(slow.Reader, null), Token);
        content.Time.Advance(TimeSpan.FromHours(48));
        Assert.Equal(0, await content.Sessions.ExpireAsync(runId: null, Token));
        await slow.Writer.WriteAsync(Encoding.UTF8.GetBytes("abc"), Token);
        await slow.Writer.CompleteAsync();
        Assert.Equal(3, (await request).Value.Received);
    }

    [Fact]
    public async Task Known_bytes_are_stored_once()
    {
        await content.PushBlobAsync("a", "same");
        await content.PushBlobAsync("a", "same");
        await content.PushBlobAsync("b", "same");
        Assert.Single(await content.StoredAsync());
        Assert.Equal(0, content.Read(db => db.Condemned.Count()));
    }

    [Fact]
    public async Task A_push_heals_a_blob_with_a_finding()
    {
        var digest = await content.PushBlobAsync("a", "sound");
        await content.PutManifestAsync("a", ["latest"], digest);
        await content.Writer.WriteAsync(db => db.Blobs.ExecuteUpdate(set => set.SetProperty(b => b.Finding, "bytes differ")), Token);
        Assert.Null(await content.PullBlobAsync("a", digest));
        Assert.Equal(ErrorKind.ManifestBlobUnknown, (await content.TryPutAsync("a", ["again"], MediaTypes.OciManifest, ManifestJson(digest))).Error!.Kind);

        await content.PushBlobAsync("b", "sound");

        Assert.Equal("sound", await content.PullBlobAsync("a", digest));
        Assert.Equal(1, content.Read(db => db.Condemned.Count()));
        content.Time.Advance(content.Windows.Drain);
        Assert.Equal(1, (await content.Condemned.DeleteDueAsync(Token)).Gone);
        Assert.Equal("sound", await content.PullBlobAsync("a", digest));
        Assert.Single(await content.StoredAsync());
    }

    [Fact]
    public async Task Eight_pushes_of_one_digest_at_once_all_succeed_and_store_it_once()
    {
        var text = new string('y', 500_000);
        var pushes = Enumerable.Range(0, 8).Select(i => Task.Run(() => content.PushBlobAsync(i % 2 == 0 ? "one" : $"own{i}", text), Token));
        Assert.All(await Task.WhenAll(pushes), digest => Assert.Equal(DigestOf(text), digest));
        Assert.Single(await content.StoredAsync());
        Assert.Equal(1, content.Read(db => db.Blobs.Count()));
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();

    private async Task<UploadSession> BeginAsync(string repository) => (await content.Sessions.BeginAsync(Name(repository), DigestAlgorithm.Sha256, Token)).Value;

    private Task<Outcome<UploadSession>> AppendAsync(string repository, SessionId id, string text, ChunkRange? range) =>
        content.Sessions.AppendAsync(Name(repository), id, range, Body(text), Token);

    private Task<RegistryError?> SealAsync(string repository, SessionId id, Digest digest, string text) =>
        content.Sessions.SealAsync(Name(repository), id, range: null, digest, Body(text), Token);

    private static UploadBody BrokenOff(string text)
    {
        var pipe = new Pipe();
        pipe.Writer.Write(Encoding.UTF8.GetBytes(text));
        pipe.Writer.Complete(new IOException("The client hung up."));
        return new UploadBody(pipe.Reader, Length: null);
    }

    /// <summary>A body that does something when it has been read to its end.</summary>
    private sealed class EndingBody(string text, Action atEnd) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, CancellationToken.None);
            if (read == 0)
            {
                atEnd();
            }

            return read;
        }
    }
}
