using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>What a refusal is on the wire: the code of the specification ("Error Codes") and the status that goes with it.</summary>
internal sealed record WireError(string Code, int Status);

/// <summary>
/// The one table from what went wrong to code and status. The code of a 4xx must be one that the specification lists, so
/// where none fits the nearest one stands and the message says more; UNAVAILABLE (a 5xx) is Docker's registry's.
/// </summary>
internal static class ErrorTable
{
    private static readonly Dictionary<ErrorKind, WireError> Table = new()
    {
        [ErrorKind.BlobUnknown] = new("BLOB_UNKNOWN", 404),
        [ErrorKind.BlobInUse] = new("UNSUPPORTED", 405),
        [ErrorKind.ManifestInUse] = new("UNSUPPORTED", 405),
        [ErrorKind.ManifestPinned] = new("DENIED", 409),
        [ErrorKind.TagImmutable] = new("DENIED", 409),
        [ErrorKind.UploadInvalid] = new("BLOB_UPLOAD_INVALID", 400),
        [ErrorKind.UploadUnknown] = new("BLOB_UPLOAD_UNKNOWN", 404),
        [ErrorKind.UploadOutOfOrder] = new("BLOB_UPLOAD_INVALID", 416),
        [ErrorKind.UploadBusy] = new("BLOB_UPLOAD_INVALID", 409),
        [ErrorKind.DigestInvalid] = new("DIGEST_INVALID", 400),
        [ErrorKind.ManifestBlobUnknown] = new("MANIFEST_BLOB_UNKNOWN", 404),
        [ErrorKind.ManifestInvalid] = new("MANIFEST_INVALID", 400),
        [ErrorKind.ManifestUnknown] = new("MANIFEST_UNKNOWN", 404),
        [ErrorKind.ManifestTooLarge] = new("SIZE_INVALID", 413),
        [ErrorKind.NameInvalid] = new("NAME_INVALID", 400),
        [ErrorKind.NameUnknown] = new("NAME_UNKNOWN", 404),
        [ErrorKind.TagInvalid] = new("NAME_INVALID", 400),
        // Specification, "Pushing Manifests": 414 for too many tag parameters.
        [ErrorKind.TooManyTags] = new("UNSUPPORTED", 414),
        [ErrorKind.PageSizeInvalid] = new("UNSUPPORTED", 400),
        [ErrorKind.PreconditionFailed] = new("DENIED", 412),
        [ErrorKind.RangeNotSatisfiable] = new("SIZE_INVALID", 416),
        [ErrorKind.RequestInvalid] = new("UNSUPPORTED", 400),
        [ErrorKind.RequestTimedOut] = new("SIZE_INVALID", 408),
        [ErrorKind.RouteUnknown] = new("UNSUPPORTED", 404),
        [ErrorKind.MethodNotAllowed] = new("UNSUPPORTED", 405),
        [ErrorKind.Unavailable] = new("UNAVAILABLE", 503),
        [ErrorKind.StorageFull] = new("DENIED", 507),
    };

    public static WireError Of(ErrorKind kind) => Table[kind];
}
