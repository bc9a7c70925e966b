using System.Globalization;
using System.Runtime.CompilerServices;
using Registry.Gc.Retention;
using Registry.Storage.Model;

namespace Registry.Gc.Tests.Retention;

/// <summary>
/// Each folder in Plans has a policy, the tags of a repository, and what is decided about them, word for word. With
/// UPDATE_PLANS=1 in the environment the expected files are written anew, to be looked at in the diff.
/// </summary>
public sealed class PlanFileTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Plans => [.. Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "Retention", "Plans")).Select(folder => Path.GetFileName(folder)).Order()];

    [Theory]
    [MemberData(nameof(Plans))]
    public void A_plan_says_what_it_said(string name)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Retention", "Plans", name);
        Assert.True(RetentionPolicy.TryParse(File.ReadAllText(Path.Combine(folder, "policy.json")), out var policy, out var mistakes), string.Join('\n', mistakes));
        var lines = File.ReadAllLines(Path.Combine(folder, "tags.txt")).Where(line => !line.StartsWith('#')).Select(line => line.Split(' ')).ToList();
        var plan = Print(RetentionPlanner.Decide(policy, RepositoryName.Parse(lines[0][1]), lines.Skip(1).Select(Read), Now));
        if (Environment.GetEnvironmentVariable("UPDATE_PLANS") == "1")
        {
            File.WriteAllText(Path.Combine(SourceFolder(), "Plans", name, "plan.txt"), plan);
            return;
        }

        Assert.Equal(File.ReadAllText(Path.Combine(folder, "plan.txt")), plan);
    }

    private static TagFacts Read(string[] line) => new(
        Tag.Parse(line[0]),
        Digest.Of(DigestAlgorithm.Sha256, "x"u8),
        Now - Days(line[1]),
        line[2] == "-" ? null : Now - Days(line[2]),
        IsPinned: line.Length > 3 && line[3] == "pinned");

    private static TimeSpan Days(string text) => TimeSpan.FromDays(double.Parse(text, CultureInfo.InvariantCulture));

    private static string Print(IReadOnlyList<TagDecision> decisions) =>
        string.Concat(decisions.Select(d => $"{(d.Outcome switch { TagOutcome.Goes => "goes ", TagOutcome.Stays => "stays", _ => "maybe" })} {d.Tag.Name}\n{string.Concat(d.Reasons.Select(reason => $"      {reason.Text}\n"))}"));

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
