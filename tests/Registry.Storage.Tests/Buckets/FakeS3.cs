using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Registry.Storage.Buckets;

namespace Registry.Storage.Tests.Buckets;

/// <summary>As much of an S3 server as a check of one needs, to answer what no real one answers when a test wants it.</summary>
internal sealed partial class FakeS3 : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, byte[]> objects = new(StringComparer.Ordinal);
    private readonly WebApplication app;

    private FakeS3(X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    /// <summary>What is refused, by kind of request: list, put, get, delete, begin, abort, uploads, versioning. Null: nothing.</summary>
    public Func<string, (int Status, string Code)?> Refuse { get; set; } = _ => null;

    public bool KnowsConditions { get; set; } = true;

    public bool IsVersioned { get; set; }

    public TimeSpan ClockAhead { get; set; }

    /// <summary>How many requests of each kind came.</summary>
    public ConcurrentDictionary<string, int> Requests { get; } = new();

    public S3Options Options => new()
    {
        Endpoint = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First().Replace("[::]", "127.0.0.1", StringComparison.Ordinal),
        Bucket = "b", AccessKey = "a", SecretKey = "s", RequestTimeout = TimeSpan.FromSeconds(2),
    };

    public static async Task<FakeS3> StartAsync(X509Certificate2? certificate = null)
    {
        var fake = new FakeS3(certificate);
        await fake.app.StartAsync();
        return fake;
    }

    /// <summary>A certificate for 127.0.0.1 that nobody trusts.</summary>
    public static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=fake", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private static string KindOf(HttpRequest request) => (request.Method, request.Query) switch
    {
        ("GET", var query) when query.ContainsKey("list-type") => "list",
        ("GET", var query) when query.ContainsKey("uploads") => "uploads",
        ("GET", var query) when query.ContainsKey("versioning") => "versioning",
        ("POST", var query) when query.ContainsKey("uploads") => "begin",
        ("POST", var query) when query.ContainsKey("delete") => "delete",
        ("DELETE", _) => "abort",
        ("PUT", _) => "put",
        _ => "get",
    };

    private async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var kind = KindOf(request);
        Requests.AddOrUpdate(kind, 1, (_, count) => count + 1);
        response.Headers.Date = (TimeProvider.System.GetUtcNow() + ClockAhead).ToString("r", CultureInfo.InvariantCulture);
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        if (Refuse(kind) is var (status, code))
        {
            response.StatusCode = status;
            await response.WriteAsync($"<Error><Code>{code}</Code><Message>no</Message></Error>");
            return;
        }

        await AnswerAsync(kind, request.Path, body.ToArray(), request.Headers.IfNoneMatch == "*", response);
    }

    private async Task AnswerAsync(string kind, string path, byte[] body, bool isConditional, HttpResponse response)
    {
        switch (kind)
        {
            case "put" when isConditional && KnowsConditions && objects.ContainsKey(path):
                response.StatusCode = 412;
                await response.WriteAsync("<Error><Code>PreconditionFailed</Code></Error>");
                break;
            case "put":
                objects[path] = body;
                response.Headers.ETag = "\"e\"";
                break;
            case "get":
                var range = RangePattern().Match(response.HttpContext.Request.Headers.Range.ToString());
                var (from, to) = (int.Parse(range.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(range.Groups[2].Value, CultureInfo.InvariantCulture));
                response.StatusCode = 206;
                response.Headers.ContentRange = $"bytes {from}-{to}/{objects[path].Length}";
                await response.Body.WriteAsync(objects[path].AsMemory(from, to - from + 1));
                break;
            case "begin":
                await response.WriteAsync("<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>");
                break;
            case "delete":
                var keys = KeyPattern().Matches(System.Text.Encoding.UTF8.GetString(body)).Select(m => m.Groups[1].Value);
                await response.WriteAsync($"<DeleteResult>{string.Concat(keys.Select(key => $"<Deleted><Key>{key}</Key></Deleted>"))}</DeleteResult>");
                break;
            case "versioning":
                await response.WriteAsync($"<VersioningConfiguration>{(IsVersioned ? "<Status>Enabled</Status>" : "")}</VersioningConfiguration>");
                break;
            case "abort":
                response.StatusCode = 204;
                break;
            default:
                await response.WriteAsync(kind == "list" ? "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>" : "<ListMultipartUploadsResult></ListMultipartUploadsResult>");
                break;
        }
    }

    [GeneratedRegex("^bytes=([0-9]+)-([0-9]+)$", RegexOptions.NonBacktracking)]
    private static partial Regex RangePattern();

    [GeneratedRegex("<Key>([^<]*)</Key>", RegexOptions.NonBacktracking)]
    private static partial Regex KeyPattern();
}
