namespace Registry.Gc.Checking;

/// <summary>What a finding can be about, beside what can be wrong with a blob (<c>BlobFindings</c>).</summary>
public static class FindingKinds
{
    /// <summary>A blob whose bytes could not be read; it stays known, since nobody knows that they are wrong.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>A stored object that nothing names.</summary>
    public const string Unnamed = "unnamed";

    /// <summary>None of the objects of a part of the store is there.</summary>
    public const string Absent = "absent";

    /// <summary>A manifest whose bytes have another digest.</summary>
    public const string Manifest = "manifest";

    /// <summary>A manifest names content that its repository does not have.</summary>
    public const string Edge = "edge";

    /// <summary>The database itself is damaged.</summary>
    public const string Index = "index";
}

/// <summary>What was done about a finding.</summary>
public static class FindingOutcomes
{
    public const string Reported = "reported";

    /// <summary>The blob is unknown until a push brings its bytes again.</summary>
    public const string Marked = "marked";

    /// <summary>The object is deleted when the drain is over.</summary>
    public const string Condemned = "condemned";

    /// <summary>Nothing is wrong any more.</summary>
    public const string Mended = "mended";

    /// <summary>Whether somebody still has to do something.</summary>
    public static bool IsOpen(string outcome) => outcome is Reported or Marked;
}
