using Registry.Storage.Buckets;

namespace Registry.Api.Tests.Serving;

/// <summary>The command line of a registry on a bucket.</summary>
internal static class S3Arguments
{
    public static IEnumerable<string> Of(S3Options options) =>
    [
        "--Registry:Storage:Provider=S3", $"--Registry:Storage:S3:Endpoint={options.Endpoint}", $"--Registry:Storage:S3:Bucket={options.Bucket}", $"--Registry:Storage:S3:Prefix={options.Prefix}",
        $"--Registry:Storage:S3:Region={options.Region}", $"--Registry:Storage:S3:AccessKey={options.AccessKey}", $"--Registry:Storage:S3:SecretKey={options.SecretKey}",
    ];
}
