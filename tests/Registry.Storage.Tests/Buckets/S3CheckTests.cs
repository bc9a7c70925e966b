using Registry.Storage.Buckets;
using Registry.Testing;

namespace Registry.Storage.Tests.Buckets;

public sealed class S3CheckTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_real_server_has_nothing_to_complain_of_and_nothing_is_left_there()
    {
        var options = await S3Server.NewPrefixAsync();
        Assert.Empty(await S3Check.RunAsync(options, Token));
        Assert.Empty(await S3Server.ListAsync(options));
        Assert.Empty(await S3Server.ListUploadsAsync(options));
    }

    [Fact]
    public async Task A_wrong_secret_an_unknown_key_and_a_bucket_that_is_not_there_are_told_apart()
    {
        var options = await S3Server.NewPrefixAsync();
        Assert.Contains("does not know the keys", await OnlyErrorAsync(options with { SecretKey = "wrong" }), StringComparison.Ordinal);
        Assert.Contains("does not know the keys", await OnlyErrorAsync(options with { AccessKey = "nobody" }), StringComparison.Ordinal);
        Assert.Contains("no bucket 'not-there'", await OnlyErrorAsync(options with { Bucket = "not-there" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versioning_is_a_warning()
    {
        var options = await S3Server.NewPrefixAsync() with { Bucket = $"versioned-{Guid.NewGuid():N}" };
        using var sdk = S3Server.NewClient(options);
        await sdk.PutBucketAsync(options.Bucket, Token);
        await sdk.PutBucketVersioningAsync(new() { BucketName = options.Bucket, VersioningConfig = new() { Status = Amazon.S3.VersionStatus.Enabled } }, Token);
        // Ceph 16 has no conditional writes there, and says so too.
        var findings = await S3Check.RunAsync(options, Token);
        Assert.All(findings, finding => Assert.Equal(S3Severity.Warning, finding.Severity));
        Assert.Contains(findings, finding => finding.Message.Contains("Versioning", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_named() =>
        Assert.Contains("'http://127.0.0.1:1' cannot be reached", await OnlyErrorAsync(new S3Options { Endpoint = "http://127.0.0.1:1", Bucket = "b", AccessKey = "a", SecretKey = "s" }), StringComparison.Ordinal);

    [Theory]
    [InlineData("list", "s3:ListBucket")]
    [InlineData("put", "s3:PutObject")]
    [InlineData("get", "s3:GetObject")]
    [InlineData("delete", "s3:DeleteObject")]
    [InlineData("uploads", "s3:ListBucketMultipartUploads")]
    [InlineData("abort", "s3:AbortMultipartUpload")]
    public async Task A_right_that_is_missing_is_named(string kind, string right)
    {
        await using var server = await FakeS3.StartAsync();
        server.Refuse = asked => asked == kind ? (403, "AccessDenied") : null;
        Assert.Contains($"grant {right},", await OnlyErrorAsync(server.Options), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_rights_do_not_hide_each_other()
    {
        await using var server = await FakeS3.StartAsync();
        server.Refuse = kind => kind is "list" or "get" or "abort" ? (403, "AccessDenied") : null;
        Assert.Equal(3, (await S3Check.RunAsync(server.Options, Token)).Count(f => f.Severity == S3Severity.Error));
    }

    [Theory]
    [InlineData(301, "PermanentRedirect", "in another region")]
    [InlineData(400, "AuthorizationHeaderMalformed", "in another region")]
    [InlineData(403, "RequestTimeTooSkewed", "the clocks of this machine and of the server differ")]
    [InlineData(403, "InvalidAccessKeyId", "does not know the keys")]
    public async Task What_the_server_says_is_explained(int status, string code, string explanation)
    {
        await using var server = await FakeS3.StartAsync();
        server.Refuse = _ => (status, code);
        var error = await OnlyErrorAsync(server.Options);
        Assert.Contains(explanation, error, StringComparison.Ordinal);
        Assert.Contains($"{status} {code}", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_clock_that_differs_is_a_warning(int sign)
    {
        await using var server = await FakeS3.StartAsync();
        server.ClockAhead = sign * TimeSpan.FromMinutes(5);
        var finding = Assert.Single(await S3Check.RunAsync(server.Options, Token));
        Assert.Equal(S3Severity.Warning, finding.Severity);
        Assert.Contains(sign > 0 ? "behind the server's" : "ahead of the server's", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_conditional_writes_is_a_warning_that_says_what_it_means()
    {
        await using var server = await FakeS3.StartAsync();
        server.KnowsConditions = false;
        var finding = Assert.Single(await S3Check.RunAsync(server.Options, Token));
        Assert.Equal(S3Severity.Warning, finding.Severity);
        Assert.Contains("Only one registry may ever run", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_named_and_taken_with_its_authority()
    {
        using var certificate = FakeS3.NewCertificate();
        await using var server = await FakeS3.StartAsync(certificate);
        Assert.Contains("Registry:Storage:S3:CaFile", await OnlyErrorAsync(server.Options), StringComparison.Ordinal);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), Token);
        Assert.Empty(await S3Check.RunAsync(server.Options with { CaFile = file }, Token));
        File.Delete(file);
    }

    private static async Task<string> OnlyErrorAsync(S3Options options)
    {
        var finding = Assert.Single(await S3Check.RunAsync(options, Token));
        Assert.Equal(S3Severity.Error, finding.Severity);
        return finding.Message;
    }
}
