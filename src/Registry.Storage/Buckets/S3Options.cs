using System.ComponentModel;

namespace Registry.Storage.Buckets;

/// <summary>The bucket and how to speak to it (section <c>Registry:Storage:S3</c>). Prints no secret.</summary>
public sealed record S3Options
{
    [Description("The address of the S3 server, for example https://s3.example.com or http://ceph:7480; empty for AWS itself.")]
    public string Endpoint { get; init; } = "";

    [Description("The bucket. It must be there; the registry makes none.")]
    public string Bucket { get; init; } = "";

    [Description("What the names of all objects begin with, so that a bucket can be shared with something else; a / is added at its end.")]
    public string Prefix { get; init; } = "";

    [Description("The region that requests are signed for. Empty: us-east-1 for an Endpoint, else what the environment, the profile or the instance says.")]
    public string Region { get; init; } = "";

    [Description("The access key. Empty: the SDK's own chain (environment, profile, web identity, container, instance).")]
    public string AccessKey { get; init; } = "";

    [PasswordPropertyText(true)]
    [Description("The secret key that goes with AccessKey. Better in the environment than on the command line.")]
    public string SecretKey { get; init; } = "";

    [PasswordPropertyText(true)]
    [Description("The session token, where the keys are temporary ones.")]
    public string SessionToken { get; init; } = "";

    [Description("A profile of the shared AWS files to take credentials from, in place of keys.")]
    public string Profile { get; init; } = "";

    [Description("Writes the bucket into the path (https://host/bucket/...), as most servers but AWS want it, and not in front of the host.")]
    public bool ForcePathStyle { get; init; } = true;

    [Description("The storage class of new objects, for example STANDARD_IA; empty for the bucket's own.")]
    public string StorageClass { get; init; } = "";

    [Description("How the server encrypts new objects: None (the bucket's own way), AES256 or AwsKms.")]
    public S3Encryption ServerSideEncryption { get; init; } = S3Encryption.None;

    [Description("The key for AwsKms; empty for the bucket's or the account's own.")]
    public string KmsKeyId { get; init; } = "";

    [Description("A file with the certificates (PEM) of the authority that signed the server's; empty for those that the system trusts.")]
    public string CaFile { get; init; } = "";

    [Description("WhenRequired, which every server takes, or WhenSupported: the SDK's CRC checksums on every write, for AWS and newer servers.")]
    public S3Checksums Checksums { get; init; } = S3Checksums.WhenRequired;

    [Description("Bytes of memory that one upload may take: its parts are sent beside each other within it. At least 10 MiB, for two parts of 5.")]
    public long UploadMemory { get; init; } = 16 * 1024 * 1024;

    [Description("Bytes of memory that all uploads together may take; the others wait.")]
    public long TotalUploadMemory { get; init; } = 40 * 1024 * 1024;

    [Description("How long one request to the server may take; a body, how long between two of its blocks.")]
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    [Description("How many requests a second the comparison of the bucket with the index may make.")]
    public int ListsPerSecond { get; init; } = 20;

    [Description("Who is sent to the bucket for a blob, by an address that is signed for it: KnownClients (docker, containerd, podman and the like, by their User-Agent), Everybody or Nobody. The others get the bytes through the registry.")]
    public S3Redirects Redirect { get; init; } = S3Redirects.KnownClients;

    [Description("Repositories whose blobs go through the registry in any case: globs as in a retention policy, with commas between them.")]
    public string StreamRepositories { get; init; } = "";

    [Description("Networks whose clients get blobs through the registry in any case, since they do not reach the bucket: like 10.0.0.0/8, with commas between them.")]
    public string StreamNetworks { get; init; } = "";

    [Description("The address of the S3 server as clients reach it, where that is another one than Endpoint.")]
    public string DownloadEndpoint { get; init; } = "";

    [Description("How long an address lives that a client is sent to for its download; less than Registry:Collection:Drain.")]
    public TimeSpan DownloadUrlLifetime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The prefix as it stands before every name: empty, or with a slash at its end.</summary>
    public string NamePrefix => Prefix.Length == 0 || Prefix.EndsWith('/') ? Prefix : Prefix + "/";

    /// <summary>Without the secrets.</summary>
    public override string ToString() => $"{(Endpoint.Length > 0 ? Endpoint : "AWS")}, bucket {Bucket}, prefix '{NamePrefix}'";
}

public enum S3Redirects
{
    /// <summary>Clients that are known to follow.</summary>
    KnownClients,

    Everybody,

    Nobody,
}

public enum S3Encryption
{
    /// <summary>Whatever the bucket does by itself.</summary>
    None,

    /// <summary>SSE-S3.</summary>
    AES256,

    /// <summary>SSE-KMS.</summary>
    AwsKms,
}

public enum S3Checksums
{
    WhenRequired,
    WhenSupported,
}
