using System.Text;
using Registry.Soak.Clients.Administered;
using Registry.Soak.Content;
using Registry.Soak.Promises;

namespace Registry.Soak;

/// <summary>What a soak saw.</summary>
/// <param name="CollectedMeanwhile">How much of what was collected was found gone while the clients ran.</param>
internal sealed record SoakReport(SoakOptions Options, Shelf Shelf, PromiseBook Book, TimeSpan Ran, int CollectedMeanwhile, Leftovers Left)
{
    private const int MostShown = 20;

    public int Broken => Book.Broken.Count;

    /// <summary>A registry that removes nothing keeps every promise, and proves nothing.</summary>
    public bool IsEnoughCollected => Book.Collected >= Options.MinCollected && Left.Gone > 0;

    /// <summary>Nor does a policy that removes nothing.</summary>
    public bool IsPolicySeen => Options.Admin is null || Book.Allowed.Of($"{Branches.Kind} 404") > 0;

    public bool IsSuccess => Broken == 0 && IsEnoughCollected && IsPolicySeen;

    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine($"Soak of {Options.Registry} for {Ran.TotalSeconds:F1} s: promise {Options.Promise}, {Options.Clients} clients{(Options.Admin is null ? "" : " and those of the admin API")}, seed {Options.Seed}, {Shelf.BlobCount} blobs in {Shelf.Repositories.Count} repositories.");
        text.AppendLine($"yeses: {Book.Yeses}");
        text.AppendLine($"checks: {Book.Checks}");
        text.AppendLine($"noes that no promise forbade: {Book.Allowed}");
        text.AppendLine($"collected: {Book.Collected} ({Book.CollectedBytes} bytes), of these {CollectedMeanwhile} found gone while the clients ran");
        text.AppendLine($"at the end: {Left.Gone} of {Left.Known} that nothing promised and no tag named had gone");
        var kinds = new Tally();
        foreach (var one in Book.Broken)
        {
            kinds.Add(one.Kind);
        }

        text.AppendLine($"broken promises: {kinds}{(Broken == 0 ? "" : $", about {Book.Broken.DistinctBy(one => one.About).Count()} different contents or tags")}");
        foreach (var one in Book.Broken.Take(MostShown))
        {
            text.AppendLine().AppendLine($"BROKEN {one.Kind}: {one.What}");
            text.AppendJoin('\n', one.History.Select(line => "  " + line)).AppendLine();
        }

        if (Broken > MostShown)
        {
            text.AppendLine().AppendLine($"and {Broken - MostShown} more");
        }

        if (!IsEnoughCollected)
        {
            text.AppendLine($"Too little was collected (at least {Options.MinCollected}, and something at the end): this soak proves nothing.");
        }

        if (!IsPolicySeen)
        {
            text.AppendLine("No tag was seen gone by the policy: this soak proves nothing about it.");
        }

        return text.ToString();
    }
}
