using System.Globalization;
using System.Text;
using Registry.Storage.Model;

namespace Registry.Api.Tests.Oci.Fuzzing;

/// <summary>One request of the fuzzer: something nearly sensible, mutated. The same seed makes the same bytes.</summary>
/// <param name="MayBeIncomplete">The registry may rightly wait for more, so no answer is no mistake.</param>
internal sealed record FuzzRequest(byte[] Bytes, string Method, string Target, bool MayBeIncomplete)
{
    private static readonly string[] Methods = ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "TRACE", "get", "BREW", "M-SEARCH"];

    private static readonly string[] QueryKeys = ["digest", "mount", "from", "n", "last", "artifactType", "tag", "digest-algorithm", "ns", "DIGEST", "", "%00", "a[]"];

    private static readonly string[] HeaderNames =
        ["Content-Range", "Range", "If-Match", "If-None-Match", "If-Range", "If-Modified-Since", "Accept", "Content-Encoding", "Expect", "Cookie", "Authorization", "User-Agent", "traceparent", "X-HTTP-Method-Override"];

    private static readonly string[] MediaTypeValues =
        [MediaTypes.OciManifest, MediaTypes.OciManifest, MediaTypes.OciIndex, MediaTypes.OciIndex, "application/vnd.example+json", MediaTypes.DockerManifest, MediaTypes.DockerSchema1Signed, "application/json", "application/octet-stream", "*/*", ";", "multipart/form-data", "a/b; c=\"", "application/x-www-form-urlencoded"];

    private static readonly string[] HeaderValues =
        ["bytes=0-1", "bytes=-1", "bytes=5-", "bytes=9223372036854775807-", "0-99", "5-9", "bytes 0-4/5", "*", "\"\"", "W/\"x\"", "\"sha256:00\", *", "100-continue", "gzip", "Wed, 21 Oct 2015 07:28:00 GMT", "00-00000000000000000000000000000000-0000000000000000-00", "Bearer x"];

    public string Text => Encoding.Latin1.GetString(Bytes.AsSpan(0, Math.Min(Bytes.Length, 1500)));

    public static FuzzRequest Create(Random random, FuzzWords words)
    {
        var mutator = new Mutator(random);
        var (method, target) = LineOf(mutator, words);
        var body = FuzzBody.Create(mutator, words);
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        if (mutator.Chance(70))
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Type: {(mutator.Chance(10) ? mutator.Damage(mutator.Pick(MediaTypeValues)) : mutator.Pick(MediaTypeValues))}\r\n");
        }

        for (var more = mutator.Below(3); more > 0; more--)
        {
            var value = mutator.Chance(30) ? $"\"{mutator.Pick(words.Digests)}\"" : mutator.Pick(HeaderValues);
            head.Append(CultureInfo.InvariantCulture, $"{mutator.Pick(HeaderNames)}: {mutator.Sometimes(value)}\r\n");
        }

        var incomplete = false;
        switch (mutator.Below(20))
        {
            case 0:
                head.Append("Transfer-Encoding: chunked\r\n\r\n").Append(mutator.Pick(["zz", "-1", "ffffffffffffffffff", "80000000", "5;x=y", ""])).Append("\r\n");
                incomplete = true;
                break;
            case 1:
                head.Append("Content-Length: ").Append(mutator.Pick(["-1", "99999999999999999999", "1e3", "0x10", "5, 5", "9223372036854775807", "100000"])).Append("\r\n\r\n");
                incomplete = true;
                break;
            case < 5:
                head.Append(CultureInfo.InvariantCulture, $"Transfer-Encoding: chunked\r\n\r\n");
                body = [.. Encoding.ASCII.GetBytes(body.Length == 0 ? "" : $"{body.Length:x}\r\n"), .. body, .. Encoding.ASCII.GetBytes(body.Length == 0 ? "0\r\n\r\n" : "\r\n0\r\n\r\n")];
                break;
            default:
                head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n");
                break;
        }

        byte[] all = [.. Encoding.Latin1.GetBytes(head.ToString()), .. body];
        if (mutator.Chance(5))
        {
            (all, incomplete) = (mutator.Flip(all), true);
        }

        return new FuzzRequest(all, method, target, incomplete);
    }

    private static (string Method, string Target) LineOf(Mutator mutator, FuzzWords words)
    {
        var (name, digest, tag) = (mutator.Pick(words.Names), mutator.Pick(words.Digests), mutator.Pick(words.Tags));
        var (path, methods) = mutator.Pick(new (string, string[])[]
        {
            ("/v2/", ["GET"]), ("/v2/_catalog", ["GET"]), ($"/v2/{name}/manifests/{tag}", ["GET", "HEAD", "PUT", "PUT", "DELETE"]), ($"/v2/{name}/manifests/{digest}", ["GET", "HEAD", "PUT"]),
            ($"/v2/{name}/blobs/{digest}", ["GET", "HEAD"]), ($"/v2/{name}/blobs/uploads/", ["POST"]), ($"/v2/{name}/tags/list", ["GET"]), ($"/v2/{name}/referrers/{digest}", ["GET"]),
            (mutator.Pick(words.Sessions), ["GET", "PATCH", "PATCH", "PUT"]), ($"/v2/{name}", ["GET"]), ("/v2/../v2/_oci/Blob", ["GET"]), ($"/v2/./{name}/tags/list", ["GET"]),
        });
        var method = mutator.Pick(mutator.Chance(80) ? methods : Methods);
        path = mutator.Chance(20) ? mutator.Damage(path) : path;
        if (mutator.Chance(30))
        {
            var values = new[] { digest, name, tag, "1", "0", "-1", "99999999999999999999", "sha512", "md5", "a/b", "" };
            path += "?" + string.Join('&', Enumerable.Range(0, 1 + mutator.Below(3)).Select(_ => $"{mutator.Pick(QueryKeys)}={mutator.Sometimes(mutator.Pick(values))}"));
        }

        // A blank or a line break would end the request line; those are tried by flipping bytes.
        return (method, new string([.. path.Select(c => c is ' ' or '\r' or '\n' ? '+' : c)]));
    }
}

/// <summary>What is there to be named: repositories, digests, tags and the addresses of upload sessions.</summary>
internal sealed record FuzzWords(string[] Names, string[] Digests, string[] Tags, string[] Sessions);
