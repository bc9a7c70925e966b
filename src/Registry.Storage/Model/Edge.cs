namespace Registry.Storage.Model;

/// <summary>As what the repository must have the content that an edge leads to.</summary>
[Flags]
public enum EdgeKind
{
    /// <summary>It need not be there: a layer that lives at its own URLs.</summary>
    Optional = 0,

    Blob = 1,

    Manifest = 2,

    /// <summary>As either: BuildKit's cache indexes list blobs under "manifests", and of an unknown type nothing is known.</summary>
    Either = 4,
}

/// <summary>One edge of a manifest. Where a document names a digest several times, every kind that it needs is in it.</summary>
public sealed record Edge(Descriptor Target, EdgeKind Kind)
{
    /// <summary>Whether what the repository has is enough.</summary>
    public bool IsSatisfied(bool asBlob, bool asManifest) =>
        (asBlob || !Kind.HasFlag(EdgeKind.Blob)) && (asManifest || !Kind.HasFlag(EdgeKind.Manifest)) && (asBlob || asManifest || !Kind.HasFlag(EdgeKind.Either));
}
