using Registry.Storage.Buckets;

namespace Registry.Storage.Tests.Buckets;

public sealed class S3ClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(503, "SlowDown", S3Problem.Throttled)]
    [InlineData(429, "TooManyRequests", S3Problem.Throttled)]
    [InlineData(500, "InternalError", S3Problem.Fault)]
    [InlineData(400, "RequestTimeout", S3Problem.Fault)]
    public async Task What_may_pass_is_tried_three_times_and_then_is_temporary(int status, string code, S3Problem problem)
    {
        await using var server = await FakeS3.StartAsync();
        server.Refuse = _ => (status, code);
        var failure = await FailAsync(server);
        Assert.Equal((problem, true, 3), (failure.Problem, failure.IsTemporary, server.Requests["put"]));
    }

    [Theory]
    [InlineData(403, "AccessDenied", S3Problem.Denied)]
    [InlineData(400, "InvalidArgument", S3Problem.Other)]
    [InlineData(404, "NoSuchBucket", S3Problem.NoBucket)]
    [InlineData(501, "NotImplemented", S3Problem.NotSupported)]
    public async Task What_will_not_pass_is_not_tried_again(int status, string code, S3Problem problem)
    {
        await using var server = await FakeS3.StartAsync();
        server.Refuse = _ => (status, code);
        var failure = await FailAsync(server);
        Assert.Equal((problem, false, 1), (failure.Problem, failure.IsTemporary, server.Requests["put"]));
        Assert.DoesNotContain("\n", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_down_for_long_gets_half_as_many_requests_more_at_most()
    {
        await using var server = await FakeS3.StartAsync();
        server.Refuse = _ => (500, "InternalError");
        using var client = new S3Client(server.Options);
        var bucket = new S3Bucket(client, new UploadMemory(server.Options));
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Token }, async (_, token) =>
            await Assert.ThrowsAsync<S3Failure>(() => bucket.PutAsync("x", new byte[1], token)));
        Assert.InRange(server.Requests["put"], 400, 400 + 200 + 50);
    }

    [Fact]
    public async Task One_failure_is_not_noticed()
    {
        await using var server = await FakeS3.StartAsync();
        var count = 0;
        server.Refuse = _ => Interlocked.Increment(ref count) == 1 ? (500, "InternalError") : null;
        using var client = new S3Client(server.Options);
        await new S3Bucket(client, new UploadMemory(server.Options)).PutAsync("x", new byte[1], Token);
        Assert.Equal(2, count);
    }

    private static async Task<S3Failure> FailAsync(FakeS3 server)
    {
        using var client = new S3Client(server.Options);
        return await Assert.ThrowsAsync<S3Failure>(() => new S3Bucket(client, new UploadMemory(server.Options)).PutAsync("x", new byte[1], Token));
    }
}
