using Registry.Storage.Index;

namespace Registry.Gc.Checking;

/// <summary>What is to be done about a finding, in words. What a check may not do by itself stands here.</summary>
internal static class FindingAdvice
{
    public static string Of(FindingRow finding, string outcome, IReadOnlyList<string> tags) => outcome switch
    {
        FindingOutcomes.Mended => "",
        FindingOutcomes.Condemned => "Nothing: it is deleted when the drain is over.",
        _ => finding.Kind switch
        {
            FindingKinds.Unnamed => "'check --repair' condemns it; the collection does that too, in time.",
            FindingKinds.Absent => "No blob was marked: is the right disk mounted, the right bucket named? If the objects are really lost, push the images again.",
            FindingKinds.Manifest => $"Push {finding.Repository}@{finding.Name} again{Example(tags)}: that mends its bytes.",
            FindingKinds.Edge => $"Push the image of {finding.Repository} that names it again, with all that it names{Example(tags)}: that mends its edges.",
            FindingKinds.Index => "Stop the registry and put back a good copy of the index; nothing here mends it.",
            FindingKinds.Unreadable => "It could not be read, and may be good: look at the disk or the store, and check again.",
            _ => OfBlob(finding.Name, tags),
        },
    };

    public static string OfBlob(string digest, IReadOnlyList<string> tags) => tags.Count == 0
        ? $"No tag needs {digest}: leave it, or push it again to any repository."
        : $"Push {digest} again, to any repository{Example(tags)}: that heals it everywhere.";

    private static string Example(IReadOnlyList<string> tags) => tags.Count == 0 ? "" : $", for example by a push of {tags[0]}";
}
