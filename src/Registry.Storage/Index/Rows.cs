namespace Registry.Storage.Index;

// One class per table. Digests, names and keys are text here: this is the row, where types end. Times are Unix
// milliseconds in the database (IndexContext converts), so that conditions on them run there.

public sealed class RepositoryRow
{
    public long Id { get; set; }

    public required string Name { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A digest and the stored object that has its bytes.</summary>
public sealed class BlobRow
{
    public long Id { get; set; }

    public required string Digest { get; set; }

    public required string StorageKey { get; set; }

    public required long Size { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>What was found wrong with the bytes; null is sound. The blob is unknown until the next push of its digest heals it.</summary>
    public string? Finding { get; set; }
}

/// <summary>"This repository may serve this blob."</summary>
public sealed class LinkRow
{
    public long RepositoryId { get; set; }

    public long BlobId { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>Null while a manifest of the repository has an edge to the blob; else the end of the promise.</summary>
    public DateTimeOffset? KeptUntil { get; set; }

    public BlobRow? Blob { get; set; }
}

public sealed class ManifestRow
{
    public long Id { get; set; }

    public long RepositoryId { get; set; }

    public required string Digest { get; set; }

    public required string MediaType { get; set; }

    public string? ArtifactType { get; set; }

    /// <summary>The digest of the manifest that this one is about; it need not exist.</summary>
    public string? Subject { get; set; }

    public required DateTimeOffset PushedAt { get; set; }

    public DateTimeOffset? LastPulledAt { get; set; }

    /// <summary>Null while a tag or a parent names it; else since when none does.</summary>
    public DateTimeOffset? UnreferencedSince { get; set; }

    /// <summary>Null while a tag or a parent names it; else the end of the promise.</summary>
    public DateTimeOffset? KeptUntil { get; set; }

    /// <summary>Bytes of everything that a pull of it takes: itself, its children and their blobs, each once.</summary>
    public long Size { get; set; }

    /// <summary>"linux/amd64, linux/arm64/v8"; empty: it has none; null: nobody has looked yet (it may be in a blob).</summary>
    public string? Platform { get; set; }

    public required byte[] Body { get; set; }
}

/// <summary>An edge from a manifest to a blob.</summary>
public sealed class BlobEdgeRow
{
    public long ManifestId { get; set; }

    public long BlobId { get; set; }

    /// <summary>The manifest's repository, again: "does any manifest here need this blob" is one look-up.</summary>
    public long RepositoryId { get; set; }
}

/// <summary>An edge from an index to a manifest of the same repository.</summary>
public sealed class ChildEdgeRow
{
    public long ParentId { get; set; }

    public long ChildId { get; set; }
}

public sealed class TagRow
{
    public long Id { get; set; }

    public long RepositoryId { get; set; }

    public required string Name { get; set; }

    public long ManifestId { get; set; }

    /// <summary>The last push by this tag, also when it did not move.</summary>
    public required DateTimeOffset PushedAt { get; set; }

    public DateTimeOffset? LastPulledAt { get; set; }
}

/// <summary>What a tag pointed to, from when to when, by whom. Outlives the tag and the manifest.</summary>
public sealed class TagHistoryRow
{
    public long Id { get; set; }

    public long RepositoryId { get; set; }

    public required string Tag { get; set; }

    public required string Digest { get; set; }

    public required DateTimeOffset From { get; set; }

    public required string FromBy { get; set; }

    /// <summary>Null while the tag still points there.</summary>
    public DateTimeOffset? To { get; set; }

    public string? ToBy { get; set; }

    /// <summary>Why it ended: moved, deleted, or the rule of a policy.</summary>
    public string? ToReason { get; set; }
}

/// <summary>The intent to store an object: committed before its first byte is written.</summary>
public sealed class UploadSessionRow
{
    public required Guid Id { get; set; }

    public long RepositoryId { get; set; }

    public required string StorageKey { get; set; }

    /// <summary>The algorithm hashed while bytes arrive; a closing digest in another one re-reads them.</summary>
    public required string Algorithm { get; set; }

    /// <summary>Bytes acknowledged.</summary>
    public required long Received { get; set; }

    public required DateTimeOffset ExpiresAt { get; set; }
}

/// <summary>A stored object that nothing names any more.</summary>
public sealed class CondemnedRow
{
    public long Id { get; set; }

    public required string StorageKey { get; set; }

    /// <summary>Bytes.</summary>
    public required long Size { get; set; }

    /// <summary>The digest that named it; null where none ever did (an upload that was not finished).</summary>
    public string? Digest { get; set; }

    /// <summary>Why nothing names it, for its receipt.</summary>
    public required string Reason { get; set; }

    public required DateTimeOffset DeleteAfter { get; set; }

    /// <summary>The run that took its last name; null where a client did.</summary>
    public long? RunId { get; set; }

    /// <summary>How often its delete has failed.</summary>
    public int Failures { get; set; }
}

/// <summary>"Host X runs this digest": its manifest stays wherever it is, while the pin holds.</summary>
public sealed class PinRow
{
    public required string Host { get; set; }

    public required string Digest { get; set; }

    public required DateTimeOffset ReportedAt { get; set; }

    public required DateTimeOffset ExpiresAt { get; set; }
}
