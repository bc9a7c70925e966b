using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FluentValidation;
using Registry.Storage.Buckets;

namespace Registry.Api.Configuration;

/// <summary>What the values of section <c>Registry:Storage:S3</c> must be, whether they are used now or not.</summary>
internal sealed class S3OptionsValidator : AbstractValidator<S3Options>
{
    private const long LeastMemory = 10 * 1024 * 1024;
    private const long MostMemory = 1024 * 1024 * 1024;
    private const int LongestPrefix = 512;

    private static readonly TimeSpan LongestRequest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestUrl = TimeSpan.FromDays(7);

    public S3OptionsValidator()
    {
        RuleFor(o => o.Endpoint).Must(BeAddress).WithMessage("is no address of a server: http:// or https://, a host and perhaps a port, and no keys in it");
        RuleFor(o => o.DownloadEndpoint).Must(BeAddress).WithMessage("is no address of a server: http:// or https://, a host and perhaps a port, and no keys in it");
        RuleFor(o => o.Redirect).IsInEnum().WithMessage("must be KnownClients, Everybody or Nobody");
        RuleFor(o => o.StreamRepositories).Must(text => NameList.FindMistake(text) is null).WithMessage(o => NameList.FindMistake(o.StreamRepositories));
        RuleFor(o => o.StreamNetworks).Must(text => NetworkList.TryParse(text, out _)).WithMessage("must be networks like 10.0.0.0/8 or fd00::/8, with commas between them");
        RuleFor(o => o.Prefix).Must(BePrefix).WithMessage("must be letters, digits and ! - _ . * ' ( ) between single slashes, none at the beginning, 512 bytes at most");
        RuleFor(o => o.AccessKey).NotEmpty().When(o => o.SecretKey.Length > 0 || o.SessionToken.Length > 0).WithMessage("is empty, but there is a SecretKey or a SessionToken: set both keys, or neither and let the SDK find its credentials");
        RuleFor(o => o.SecretKey).NotEmpty().When(o => o.AccessKey.Length > 0).WithMessage("is empty, but there is an AccessKey: set both, or neither and let the SDK find its credentials");
        RuleFor(o => o.Profile).Empty().When(o => o.AccessKey.Length > 0).WithMessage("and AccessKey are both set: one of them says who the registry is");
        RuleFor(o => o.ServerSideEncryption).IsInEnum().WithMessage("must be None, AES256 or AwsKms");
        RuleFor(o => o.KmsKeyId).Empty().When(o => o.ServerSideEncryption != S3Encryption.AwsKms).WithMessage("is for ServerSideEncryption AwsKms only");
        RuleFor(o => o.CaFile).Must(HaveCertificates).WithMessage("must be a file with PEM certificates that can be read");
        RuleFor(o => o.Checksums).IsInEnum().WithMessage("must be WhenRequired or WhenSupported");
        RuleFor(o => o.UploadMemory).InclusiveBetween(LeastMemory, MostMemory).WithMessage("must be between 10485760 bytes (two parts of 5 MiB, which is the least that S3 takes) and 1 GiB");
        RuleFor(o => o.TotalUploadMemory).Must((o, total) => total / 2 >= o.UploadMemory).When(o => o.UploadMemory is >= LeastMemory and <= MostMemory).WithMessage("must be at least twice UploadMemory");
        RuleFor(o => o.RequestTimeout).Must(t => t >= TimeSpan.FromSeconds(1) && t <= LongestRequest).WithMessage("must be between 00:00:01 and 00:10:00");
        RuleFor(o => o.ListsPerSecond).InclusiveBetween(1, 1000).WithMessage("must be between 1 and 1000");
        RuleFor(o => o.DownloadUrlLifetime).Must(t => t >= TimeSpan.FromSeconds(1) && t <= LongestUrl).WithMessage("must be between 00:00:01 and 7.00:00:00");
    }

    private static bool BeAddress(string endpoint) => endpoint.Length == 0
        || Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0 && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0;

    private static bool BePrefix(string prefix) => prefix.Length <= LongestPrefix && !prefix.StartsWith('/') && !prefix.Contains("//", StringComparison.Ordinal)
        && prefix.All(c => char.IsAsciiLetterOrDigit(c) || "!-_.*'()/".Contains(c, StringComparison.Ordinal));

    private static bool HaveCertificates(string file)
    {
        if (file.Length == 0)
        {
            return true;
        }

        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(file);
            return certificates.Count > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
