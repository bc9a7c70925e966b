using System.Net;
using Registry.Conformance.Target;

namespace Registry.Conformance.Requirements;

/// <summary>Specification, "Error Codes" (the body of a 4xx that is JSON), "Warnings" and "Registry Proxying" (<c>ns</c>).</summary>
public sealed class ErrorCodes(RegistryUnderTest registry)
{
    private const string Section = "Error Codes";

    private static readonly HashSet<string> Listed =
    [
        "BLOB_UNKNOWN", "BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN", "DIGEST_INVALID", "MANIFEST_BLOB_UNKNOWN", "MANIFEST_INVALID", "MANIFEST_UNKNOWN",
        "NAME_INVALID", "NAME_UNKNOWN", "SIZE_INVALID", "UNAUTHORIZED", "DENIED", "UNSUPPORTED", "TOOMANYREQUESTS",
    ];

    private readonly Repository repository = registry.NewRepository();

    [Requirement(Level.Must, Section, "A 4xx body in JSON has the form {\"errors\":[{\"code\",\"message\",\"detail\"}]}.")]
    public async Task Body_has_the_form()
    {
        foreach (var answer in await RefusalsAsync())
        {
            if (answer.Header("Content-Type")?.Contains("json", StringComparison.Ordinal) == true && !answer.Request.StartsWith("HEAD", StringComparison.Ordinal))
            {
                answer.ErrorCodes();
            }
        }
    }

    [Requirement(Level.Must, Section, "A code has upper-case letters and underscores only.")]
    public async Task Codes_are_upper_case()
    {
        foreach (var answer in await RefusalsAsync())
        {
            if (answer.ErrorCodes().Any(code => code.Any(c => c is not ((>= 'A' and <= 'Z') or '_'))))
            {
                throw answer.Unexpected("a code of A-Z and _");
            }
        }
    }

    [Requirement(Level.Must, Section, "A code is one of those that the specification lists.")]
    public async Task Codes_are_listed()
    {
        foreach (var answer in await RefusalsAsync())
        {
            if (!answer.ErrorCodes().All(Listed.Contains))
            {
                throw answer.Unexpected($"one of the codes {string.Join(", ", Listed)}");
            }
        }
    }

    [Requirement(Level.Must, Section, "BLOB_UNKNOWN for a blob that is not there.")]
    public async Task Blob_unknown()
    {
        await repository.PushBlobAsync(Blob.Random());
        (await repository.GetAsync($"blobs/{Blob.Random().Digest}")).ExpectErrorCode("BLOB_UNKNOWN");
    }

    [Requirement(Level.Must, Section, "MANIFEST_UNKNOWN for a manifest that is not there.")]
    public async Task Manifest_unknown()
    {
        await repository.PushImageAsync("v1");
        (await repository.PullAsync("v2")).ExpectErrorCode("MANIFEST_UNKNOWN");
    }

    [Requirement(Level.Must, Section, "MANIFEST_INVALID for a manifest that is none.")]
    public async Task Manifest_invalid() =>
        (await repository.PutManifestAsync("v1", "not json"u8.ToArray())).Expect(HttpStatusCode.BadRequest).ExpectErrorCode("MANIFEST_INVALID");

    [Requirement(Level.Must, Section, "DIGEST_INVALID for a digest that is not the content's.")]
    public async Task Digest_invalid() =>
        (await repository.CloseAsync(await repository.BeginUploadAsync(), Blob.Random().Digest, Blob.Random().Bytes)).ExpectErrorCode("DIGEST_INVALID");

    [Requirement(Level.Must, Section, "NAME_UNKNOWN for the tags of a repository that is not there.")]
    public async Task Name_unknown() => (await repository.GetAsync("tags/list")).Expect(HttpStatusCode.NotFound).ExpectErrorCode("NAME_UNKNOWN");

    [Requirement(Level.Must, Section, "BLOB_UPLOAD_UNKNOWN for an upload session that is over.")]
    public async Task Upload_unknown()
    {
        var blob = Blob.Random();
        var location = await repository.BeginUploadAsync();
        (await repository.CloseAsync(location, blob.Digest, blob.Bytes)).Expect(HttpStatusCode.Created);
        (await repository.StatusAsync(location)).Expect(HttpStatusCode.NotFound).ExpectErrorCode("BLOB_UPLOAD_UNKNOWN");
    }

    [Requirement(Level.WhenOffered, "Registry Proxying", "A pull with the ns parameter works; the registry may ignore it, or says it in OCI-Namespace.")]
    public async Task Ns_parameter_does_no_harm()
    {
        var manifest = await repository.PushImageAsync("v1");
        var answer = (await repository.PullAsync("v1?ns=registry.example")).Expect(HttpStatusCode.OK).ExpectBody(manifest.Bytes);
        if (answer.Header("OCI-Namespace") is not null)
        {
            answer.ExpectHeader("OCI-Namespace", "registry.example");
        }
    }

    [Requirement(Level.WhenOffered, "Warnings", "Warning has the code 299, the agent '-' and no date, and all of them have at most 4096 bytes.")]
    public async Task Warnings_have_the_form()
    {
        await repository.PushImageAsync("v1");
        foreach (var answer in new[] { await repository.PullAsync("v1"), await repository.GetAsync("tags/list"), await repository.PullAsync("unknown") })
        {
            var warnings = answer.Headers.GetValueOrDefault("Warning", []);
            if (warnings.Any(warning => !warning.StartsWith("299 - \"", StringComparison.Ordinal) || !warning.EndsWith('"')) || warnings.Sum(warning => warning.Length) > 4096)
            {
                throw answer.Unexpected("Warning: 299 - \"text\"");
            }
        }
    }

    /// <summary>One refusal of each kind that a client can provoke.</summary>
    private async Task<IReadOnlyList<Answer>> RefusalsAsync()
    {
        var blob = await repository.PushBlobAsync(Blob.Random());
        var location = await repository.BeginUploadAsync();
        return
        [
            await repository.GetAsync($"blobs/{Blob.Random().Digest}"),
            await repository.PullAsync("unknown"),
            await repository.PutManifestAsync("v1", "not json"u8.ToArray()),
            await repository.PutManifestAsync("v1", Blob.Of(Manifests.Image(Blob.Random())).Bytes),
            await repository.PutManifestAsync(Blob.Random().Digest, Blob.Of(Manifests.Image(blob)).Bytes),
            await repository.GetAsync($"blobs/{blob.Digest}", ("Range", "bytes=5000-10000")),
            await repository.GetAsync("tags/list?n=many"),
            await repository.PatchAsync(location, blob.Bytes, "100-2147"),
            await repository.CloseAsync(location, "nonsense", []),
            await new Repository(registry, $"{repository.Name}/Upper").BeginAsync(),
            await registry.NewRepository().GetAsync("tags/list"),
        ];
    }
}
