using CsCheck;
using Registry.Gc.Retention;
using Registry.Storage.Model;

namespace Registry.Gc.Tests.Retention;

/// <summary>Rules and tags of any kind, for the properties of the planner.</summary>
internal static class AnyPolicy
{
    public static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    public static readonly string Hex = new('a', 64);

    private static readonly Digest SomeDigest = Digest.Of(DigestAlgorithm.Sha256, "x"u8);

    public static string[] Clauses { get; } =
        ["\"newest\": 1", "\"newest\": 3", "\"newest\": 2, \"by\": \"version\"", "\"pushedWithin\": \"3d\"", "\"pulledWithin\": \"36h\"", "\"matching\": [\"a*\", \"v?.*\"]"];

    public static Gen<TestRule[]> Rules { get; } =
        Gen.Select(Pick.From("*", "a*", "{a,v}*", "v*"), Pick.From(Clauses).Array[0, 3], Pick.From("always", "overBudget"))
            .Select((tags, clauses, when) => new TestRule(tags, [.. clauses.DistinctBy(NameOf)], when)).Array[0, 3];

    public static Gen<TagFacts[]> Tags { get; } =
        Gen.Select(
            Gen.OneOf(Gen.Int[0, 9].Select(i => $"a{i}"), Gen.Int[0, 9].Select(i => $"b{i}"), Gen.Int[0, 3].Array[3].Select(core => "v" + string.Join('.', core)), Gen.Int[0, 9].Select(i => $"sha256-{Hex}.{i}")),
            Gen.Int[0, 8],
            Gen.Int[-1, 8],
            Gen.Int[0, 9])
            .Select((name, pushed, pulled, pin) => Facts(name, pushed, pulled < 0 ? null : pulled, pin == 0))
            .Array[0, 30].Select(tags => tags.DistinctBy(tag => tag.Name).ToArray());

    /// <param name="pushed">Days ago.</param>
    /// <param name="pulled">Days ago.</param>
    public static TagFacts Facts(string name, double pushed, double? pulled = null, bool pinned = false) =>
        new(Tag.Parse(name), SomeDigest, Now - TimeSpan.FromDays(pushed), pulled is { } days ? Now - TimeSpan.FromDays(days) : null, pinned);

    public static bool RuleCovers(TestRule rule, TagFacts tag) => tag.Name.ToString()[0] switch
    {
        's' => false,
        'a' => rule.Tags is not "v*",
        'v' => rule.Tags is not "a*",
        _ => rule.Tags == "*",
    };

    public static string NameOf(string clause) => clause.Split('"')[1];

    /// <summary>The members of a policy with these rules, named r0, r1 and so on, for all repositories.</summary>
    public static string Json(TestRule[] rules) =>
        $$"""
        "rules": [ {{string.Join(", ", rules.Select((rule, i) => $$"""{ "name": "r{{i}}", "repositories": ["**"], "tags": ["{{rule.Tags}}"], "keep": {{rule.Keep}}, "when": "{{rule.When}}" }"""))}} ],
        "budget": { "bytes": "500GiB" }
        """;
}

internal sealed record TestRule(string Tags, string[] Clauses, string When)
{
    public string Keep => Clauses.Length == 0 ? "\"nothing\"" : $"{{ {string.Join(", ", Clauses)} }}";
}
