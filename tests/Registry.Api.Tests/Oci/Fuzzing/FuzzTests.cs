using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Registry.Api.Tests.Serving;
using Registry.Storage.Model;

namespace Registry.Api.Tests.Oci.Fuzzing;

/// <summary>
/// A few thousand broken requests over raw sockets. <c>FUZZ_SEED=&lt;number&gt;</c> tries others, <c>FUZZ_REQUESTS</c> more.
/// </summary>
public sealed class FuzzTests(OwnRegistry registry) : IClassFixture<OwnRegistry>
{
    private const int Connections = 8;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    private readonly int seed = Setting("FUZZ_SEED", 20261124);
    private readonly int requests = Setting("FUZZ_REQUESTS", 4000);

    [Fact]
    public async Task No_request_however_broken_gets_a_fault_or_a_page_or_a_stack_trace()
    {
        var words = await PrepareAsync();
        var mistakes = new ConcurrentQueue<string>();
        var running = Stopwatch.StartNew();
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var number && number <= requests && (running.Elapsed < Longest || requests > 4000) && mistakes.IsEmpty)
            {
                var request = FuzzRequest.Create(new Random(HashOf(number)), words);
                var answers = await ExchangeAsync(request);
                if (FuzzAnswers.Mistake(request, answers) is { } mistake)
                {
                    mistakes.Enqueue($"{mistake}: request {number} of FUZZ_SEED={seed}\n{request.Text}\n\nanswered\n{answers}");
                }
            }
        })));

        Assert.True(mistakes.IsEmpty, string.Join("\n\n", mistakes));
        Assert.DoesNotContain("fail: ", registry.Process.Output, StringComparison.Ordinal);
        var image = await registry.NewRepository().PushImageAsync();
        Assert.NotEmpty(image.Bytes);
    }

    /// <summary>Not <see cref="HashCode"/>, which differs from process to process.</summary>
    private int HashOf(int number) => unchecked((seed * 486_187_739) + number);

    private async Task<string> ExchangeAsync(FuzzRequest request)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(request.MayBeIncomplete ? Glance : Patience);
        try
        {
            using var raw = await RawConnection.OpenAsync(registry.Process.Url, TestContext.Current.CancellationToken);
            await raw.SendAsync(request.Bytes, patience.Token);
            return await raw.ReadToEndAsync(patience.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The registry may refuse a request while it is still being sent, and a broken one may have no end.
            return request.MayBeIncomplete ? "" : $"({e.Message})";
        }
    }

    private async Task<FuzzWords> PrepareAsync()
    {
        var repository = new TestRepository(registry.Client, "fuzz/blobs/a");
        var blob = await repository.PushRandomAsync();
        var image = await repository.PushImageAsync("v1");
        var sha512 = Content.Of512("sha512"u8.ToArray());
        await repository.PushAsync(sha512);
        var referrer = Content.Image(blob, $"\"subject\":{image.As(MediaTypes.OciManifest)},");
        await repository.PushManifestAsync(referrer.Digest, referrer);
        var sessions = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => repository.BeginAsync()));
        return new FuzzWords(
            [.. Enumerable.Repeat(repository.Name, 12), "new", "a/uploads/b", "A", "-", "a//b"],
            [blob.Digest, image.Digest, sha512.Digest, Content.Index().Digest, Content.Of("").Digest, "sha256:00", "md5:d41d8cd98f00b204e9800998ecf8427e", ":"],
            [.. Enumerable.Repeat("v1", 6), "latest", "new", "-", new string('t', 129)],
            sessions);
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
