namespace Registry.Storage.Model;

/// <summary>Every way in which the registry says no. Wire code and status of each stand in one table, in the Oci room.</summary>
public enum ErrorKind
{
    BlobUnknown,
    BlobInUse,
    ManifestInUse,
    ManifestPinned,
    TagImmutable,
    UploadInvalid,
    UploadUnknown,
    UploadOutOfOrder,
    UploadBusy,
    DigestInvalid,
    ManifestBlobUnknown,
    ManifestInvalid,
    ManifestUnknown,
    ManifestTooLarge,
    NameInvalid,
    NameUnknown,
    TagInvalid,
    TooManyTags,
    PageSizeInvalid,
    PreconditionFailed,
    RangeNotSatisfiable,
    RequestInvalid,
    RequestTimedOut,
    RouteUnknown,
    MethodNotAllowed,
    Unavailable,
    StorageFull,
}

/// <summary>An expected refusal: what was wrong and what to do, for a person; <paramref name="Detail"/> for a program.</summary>
public sealed record RegistryError(ErrorKind Kind, string Message, object? Detail = null);
