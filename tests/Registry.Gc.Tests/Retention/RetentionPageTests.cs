using System.Text.RegularExpressions;
using Registry.Gc.Retention;

namespace Registry.Gc.Tests.Retention;

/// <summary>What docs/retention.md shows is accepted, and says what a plan says.</summary>
public sealed partial class RetentionPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "retention.md"));

    public static TheoryData<string> Examples => [.. JsonBlock().Matches(Page).Select(match => match.Groups[1].Value)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_is_a_policy(string text) =>
        Assert.True(RetentionPolicy.TryParse(text, out _, out var mistakes), string.Join('\n', mistakes));

    [Fact]
    public void Every_line_of_the_plan_is_one_of_a_real_plan()
    {
        var real = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Retention", "Plans"), "plan.txt", SearchOption.AllDirectories).SelectMany(File.ReadAllLines).ToList();
        var shown = Page.Split('\n').SkipWhile(line => !line.StartsWith("Plans and `explain` say it", StringComparison.Ordinal)).Where(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line[4..]).ToList();
        Assert.True(shown.Count > 10);
        Assert.All(shown, line => Assert.Contains(line, real));
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();
}
