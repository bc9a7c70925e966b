using System.IO.Pipelines;
using System.Text;
using CsCheck;
using Registry.Storage.Blobs;
using Registry.Storage.Content;
using Registry.Storage.Index;
using Registry.Storage.Model;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Content;

public sealed class UploadBudgetTests : IAsyncDisposable
{
    private readonly TestContent content = new();

    private long Stored => content.Read(db => db.Totals.Single().StoredBytes);

    [Fact]
    public async Task What_fits_to_the_last_byte_is_taken_and_one_byte_more_is_not()
    {
        await content.PushBlobAsync("r", "12345");
        content.Budget.Bytes = 10;
        Assert.Null(await PushAsync(SizedBody("67890"), "67890"));
        Assert.Equal(ErrorKind.StorageFull, (await PushAsync(SizedBody("x"), "x"))!.Kind);
        content.Budget.Bytes = 11;
        Assert.Null(await PushAsync(SizedBody("x"), "x"));
        content.Budget.Bytes = null;
        Assert.Null(await PushAsync(SizedBody("more than that"), "more than that"));
    }

    [Fact]
    public async Task A_refusal_comes_before_the_first_byte_says_what_to_do_and_leaves_nothing()
    {
        await content.PushBlobAsync("r", "12345");
        content.Budget.Bytes = 8;
        var unread = new UploadBody(PipeReader.Create(new UnreadableStream()), Length: 4);
        var refusal = await content.Sessions.PushAsync(Name("r"), DigestOf("new!"), unread, Token);
        Assert.Equal(ErrorKind.StorageFull, refusal!.Kind);
        Assert.All(["budget is 8 bytes", "5 are stored", "4 more", "registry gc run", "larger budget"], words => Assert.Contains(words, refusal.Message, StringComparison.Ordinal));

        var session = (await content.Sessions.BeginAsync(Name("r"), DigestAlgorithm.Sha256, Token)).Value;
        Assert.Equal(ErrorKind.StorageFull, (await content.Sessions.AppendAsync(Name("r"), session.Id, null, unread, Token)).Error!.Kind);
        Assert.Equal(ErrorKind.StorageFull, (await content.Sessions.SealAsync(Name("r"), session.Id, null, DigestOf("new!"), unread, Token))!.Kind);
        Assert.Equal(0, content.Sessions.Find(Name("r"), session.Id).Value.Received);
        Assert.Single(await content.StoredAsync());
        Assert.Equal((0, 1), (content.Budget.Reserved, content.Read(db => db.UploadSessions.Count())));
    }

    [Fact]
    public async Task A_body_without_a_length_is_cut_off_where_the_room_ends_and_nothing_of_it_stays()
    {
        content.Budget.Bytes = 3_000_000;
        var session = (await content.Sessions.BeginAsync(Name("r"), DigestAlgorithm.Sha256, Token)).Value;
        await content.Sessions.AppendAsync(Name("r"), session.Id, null, Body("abc"), Token);
        Assert.Equal(ErrorKind.StorageFull, (await content.Sessions.AppendAsync(Name("r"), session.Id, null, Body(new string('x', 3_000_000)), Token)).Error!.Kind);
        Assert.Equal((3, 3), (content.Sessions.Find(Name("r"), session.Id).Value.Received, (await content.StoredAsync()).Single().Size));
        var rest = new string('y', 2_999_997);
        Assert.Null(await content.Sessions.SealAsync(Name("r"), session.Id, null, DigestOf("abc" + rest), Body(rest), Token));
        Assert.Equal(0, content.Budget.Reserved);

        Assert.Equal(ErrorKind.StorageFull, (await PushAsync(Body("z"), "z"))!.Kind);
        Assert.Equal(0, content.Read(db => db.UploadSessions.Count()));
    }

    [Fact]
    public async Task What_needs_no_bytes_is_never_refused()
    {
        var blob = await content.PushBlobAsync("r", "12345");
        var session = (await content.Sessions.BeginAsync(Name("r"), DigestAlgorithm.Sha256, Token)).Value;
        await content.Sessions.AppendAsync(Name("r"), session.Id, null, Body("678"), Token);
        content.Budget.Bytes = 1;
        Assert.Equal(ErrorKind.StorageFull, (await content.Sessions.BeginAsync(Name("r"), DigestAlgorithm.Sha256, Token)).Error!.Kind);

        Assert.True(await content.Blobs.MountAsync(Name("other"), blob, from: null, _ => true, Token));
        Assert.Null(await content.Sessions.SealAsync(Name("r"), session.Id, null, DigestOf("678"), SizedBody(""), Token));
        await content.PutManifestAsync("r", ["latest"], blob);
        Assert.Equal("12345", await content.PullBlobAsync("r", blob));
        Assert.Null(await content.Removal.DeleteTagAsync(Name("r"), Tag.Parse("latest"), "me", Token));
    }

    [Fact]
    public async Task Bytes_that_are_deleted_make_room()
    {
        var blob = await content.PushBlobAsync("r", "12345");
        content.Budget.Bytes = 5;
        await content.Blobs.DeleteAsync(Name("r"), blob, "me", Token);
        Assert.Equal(ErrorKind.StorageFull, (await PushAsync(SizedBody("new"), "new"))!.Kind);
        content.Time.Advance(content.Windows.Drain);
        await content.Condemned.DeleteDueAsync(Token);
        Assert.Null(await PushAsync(SizedBody("new"), "new"));
    }

    [Fact]
    public async Task A_request_that_breaks_off_gives_its_reservation_back()
    {
        content.Budget.Bytes = 10;
        var pipe = new Pipe();
        var push = content.Sessions.PushAsync(Name("r"), DigestOf("0123456789"), new UploadBody(pipe.Reader, Length: 10), Token);
        await Testing.Wait.UntilAsync(() => Task.FromResult(content.Budget.Reserved == 10), "the reservation");
        Assert.Equal(ErrorKind.StorageFull, (await PushAsync(SizedBody("x"), "x"))!.Kind);
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes("01234"), Token);
        await pipe.Writer.CompleteAsync(new IOException("The client hung up."));
        await Assert.ThrowsAsync<IOException>(() => push);
        Assert.Equal((0, 0), (content.Budget.Reserved, Stored));
        Assert.Null(await PushAsync(SizedBody("0123456789"), "0123456789"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Thirty_two_uploads_at_once_fill_the_budget_and_never_pass_it(bool sized)
    {
        const int Size = 50_000;
        content.Budget.Bytes = 10 * Size + Size / 2;
        var refusals = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(
            async () =>
            {
                var text = i.ToString("00", System.Globalization.CultureInfo.InvariantCulture) + new string('x', Size - 2);
                return await PushAsync(sized ? SizedBody(text) : Body(text), text);
            },
            Token)));
        Assert.All(refusals, refusal => Assert.True(refusal is null or { Kind: ErrorKind.StorageFull }));
        Assert.InRange(refusals.Count(refusal => refusal is null), 1, 10);
        Assert.InRange((await content.StoredAsync()).Sum(stored => stored.Size), Size, 10 * Size);
        Assert.Equal(0, content.Budget.Reserved);
        for (var i = 0; refusals.Count(refusal => refusal is null) + i < 10; i++)
        {
            Assert.Null(await PushAsync(Body(new string((char)('a' + i), Size)), new string((char)('a' + i), Size)));
        }
    }

    /// <summary>Whatever is reserved, comes and is given back in whatever order: what is promised never passes the budget, nothing is lost, and what fits is never refused.</summary>
    [Fact]
    public void Reservations_at_once_are_exact() =>
        Gen.Long[0, 40].Array[1, 8].Array[1, 8].Sample(
            requests =>
            {
                var budget = new UploadBudget(content.Contexts, new RoomyStore(content.Store)) { Bytes = 100 };
                var granted = 0L;
                Parallel.ForEach(requests, chunks =>
                {
                    if (!budget.TryReserve(0).Succeeded(out var reservation, out _))
                    {
                        throw new InvalidOperationException("Nothing was refused.");
                    }

                    using (reservation)
                    {
                        foreach (var chunk in chunks)
                        {
                            if (reservation.TryAdd(chunk) is null)
                            {
                                Interlocked.Add(ref granted, chunk);
                                reservation.Came(chunk / 2);
                            }
                        }

                        Assert.True(budget.Reserved <= 100);
                    }
                });
                Assert.True(requests.Sum(chunks => chunks.Sum()) > 100 || granted == requests.Sum(chunks => chunks.Sum()));
                return budget.Reserved == 0 && budget.FindRefusal(100) is null && budget.FindRefusal(101) is not null;
            },
            iter: 300,
            threads: 1);

    [Fact]
    public void What_requests_in_flight_still_bring_is_not_free_on_the_disk()
    {
        var budget = new UploadBudget(content.Contexts, new RoomyStore(content.Store) { Free = 100 });
        Assert.True(budget.TryReserve(60).Succeeded(out var reservation, out _));
        Assert.NotNull(budget.FindRefusal(41));
        Assert.Null(budget.FindRefusal(40));
        reservation.Came(60);
        Assert.Null(budget.FindRefusal(100));
        reservation.Dispose();
        Assert.Null(budget.FindRefusal(100));
        var refusal = budget.FindRefusal(101)!;
        Assert.All(["100 bytes", "101 more", "Registry:Storage:DiskReserve", "registry gc run"], words => Assert.Contains(words, refusal.Message, StringComparison.Ordinal));
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();

    private Task<RegistryError?> PushAsync(UploadBody body, string text) => content.Sessions.PushAsync(Name("r"), DigestOf(text), body, Token);

    private sealed class UnreadableStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new InvalidOperationException("It was read.");
    }

    /// <summary>A blob store with so many free bytes.</summary>
    private sealed class RoomyStore(IBlobStore inner) : IBlobStore
    {
        public long? Free { get; init; }

        public FreeSpace? FindFreeSpace() => Free is { } free ? new FreeSpace(free, 0) : null;

        public ValueTask<IBlobWriter?> OpenWriteAsync(StorageKey key, long offset, CancellationToken cancellationToken) => inner.OpenWriteAsync(key, offset, cancellationToken);

        public ValueTask<IBlobReader?> OpenReadAsync(StorageKey key, BlobRange range, CancellationToken cancellationToken) => inner.OpenReadAsync(key, range, cancellationToken);

        public ValueTask<IReadOnlyList<StorageKey>> DeleteAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken) => inner.DeleteAsync(keys, cancellationToken);

        public ValueTask DropStagedAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken) => inner.DropStagedAsync(keys, cancellationToken);

        public IAsyncEnumerable<StoredObject> ListAsync(StoragePart part, CancellationToken cancellationToken) => inner.ListAsync(part, cancellationToken);

        public ValueTask<string?> CheckAsync(CancellationToken cancellationToken) => inner.CheckAsync(cancellationToken);
    }
}
