using Microsoft.Extensions.Configuration;
using Registry.Api.Configuration;
using Registry.Storage.Blobs;
using Registry.Storage.Buckets;

namespace Registry.Api.Tests.Configuration;

public sealed class S3SettingsTests
{
    private const string Section = "Registry:Storage:S3:";

    [Fact]
    public void They_are_read()
    {
        var (options, mistakes) = Read(
            ("Registry:Storage:Provider", "s3"), (Section + "Endpoint", "http://127.0.0.1:9"), (Section + "Bucket", "b"), (Section + "Prefix", "a/b"),
            (Section + "AccessKey", "a"), (Section + "SecretKey", "s"), (Section + "ServerSideEncryption", "AwsKms"), (Section + "KmsKeyId", "k"), (Section + "ForcePathStyle", "false"));
        Assert.Empty(mistakes);
        Assert.Equal((StorageProvider.S3, "b", "a/b/", S3Encryption.AwsKms, false), (options.Storage.Provider, options.Storage.S3.Bucket, options.Storage.S3.NamePrefix, options.Storage.S3.ServerSideEncryption, options.Storage.S3.ForcePathStyle));
    }

    [Theory]
    [InlineData("Provider", "Disk", "Registry:Storage:Provider is 'Disk', which is not one of FileSystem, S3.")]
    [InlineData("Provider", "7", "Registry:Storage:Provider must be FileSystem or S3")]
    [InlineData("Provider", "S3", "Registry:Storage:S3:Bucket is empty")]
    [InlineData("S3:AccessKey", "a", "Registry:Storage:S3:SecretKey is empty, but there is an AccessKey")]
    [InlineData("S3:SecretKey", "hunter2", "Registry:Storage:S3:AccessKey is empty, but there is a SecretKey")]
    [InlineData("S3:SessionToken", "hunter2", "Registry:Storage:S3:AccessKey is empty")]
    [InlineData("S3:Endpoint", "s3.example.com", "Registry:Storage:S3:Endpoint is no address")]
    [InlineData("S3:Endpoint", "ftp://s3.example.com", "Registry:Storage:S3:Endpoint is no address")]
    [InlineData("S3:Endpoint", "https://key:hunter2@s3.example.com", "Registry:Storage:S3:Endpoint is no address")]
    [InlineData("S3:Prefix", "/a", "Registry:Storage:S3:Prefix must be")]
    [InlineData("S3:Prefix", "a//b", "Registry:Storage:S3:Prefix must be")]
    [InlineData("S3:Prefix", "a b", "Registry:Storage:S3:Prefix must be")]
    [InlineData("S3:KmsKeyId", "k", "Registry:Storage:S3:KmsKeyId is for ServerSideEncryption AwsKms only")]
    [InlineData("S3:CaFile", "/nowhere/ca.pem", "Registry:Storage:S3:CaFile must be a file")]
    [InlineData("S3:UploadMemory", "10485759", "Registry:Storage:S3:UploadMemory must be")]
    [InlineData("S3:TotalUploadMemory", "33554431", "Registry:Storage:S3:TotalUploadMemory must be at least twice")]
    [InlineData("S3:ForcePathStyle", "maybe", "Registry:Storage:S3:ForcePathStyle is 'maybe', which is not true or false.")]
    [InlineData("S3:RequestTimeout", "00:00:00", "Registry:Storage:S3:RequestTimeout must be")]
    [InlineData("S3:ListsPerSecond", "0", "Registry:Storage:S3:ListsPerSecond must be")]
    [InlineData("S3:DownloadUrlLifetime", "8.00:00:00", "Registry:Storage:S3:DownloadUrlLifetime must be")]
    public void A_wrong_value_is_named_and_a_secret_is_never_shown(string key, string value, string mistake)
    {
        var found = Assert.Single(Read(("Registry:Storage:" + key, value)).Mistakes);
        Assert.StartsWith(mistake, found, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", found, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_named_at_once() =>
        Assert.Equal(
            4,
            Read(("Registry:Storage:Provider", "S3"), (Section + "AccessKey", "a"), (Section + "Endpoint", "nonsense"), (Section + "DownloadUrlLifetime", "02:00:00")).Mistakes.Count);

    [Fact]
    public void A_download_must_not_outlive_its_bytes() =>
        Assert.StartsWith(
            "Registry:Storage:S3:DownloadUrlLifetime must be less than Registry:Collection:Drain",
            Assert.Single(Read(("Registry:Storage:Provider", "S3"), (Section + "Bucket", "b"), (Section + "DownloadUrlLifetime", "01:00:00")).Mistakes),
            StringComparison.Ordinal);

    [Fact]
    public void Options_print_no_secret()
    {
        var options = new RegistryOptions { Storage = new StorageOptions { S3 = new S3Options { AccessKey = "a", SecretKey = "hunter2", SessionToken = "hunter3" } } };
        Assert.DoesNotContain("hunter", options.ToString(), StringComparison.Ordinal);
    }

    private static (RegistryOptions Options, IReadOnlyList<string> Mistakes) Read(params (string Key, string Value)[] settings) =>
        ConfigurationReader.Read(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build());
}
