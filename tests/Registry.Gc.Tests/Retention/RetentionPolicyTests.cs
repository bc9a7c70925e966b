using CsCheck;
using Registry.Gc.Retention;
using Registry.Storage.Model;

namespace Registry.Gc.Tests.Retention;

public sealed class RetentionPolicyTests
{
    private const string Full = """
        {
          "version": 1,
          "mode": "apply",
          "rules": [
            {
              "name": "branches",
              "repositories": ["team/**"],
              "tags": ["pr-*", "regex:build-[0-9]+"],
              "keep": { "newest": 5, "by": "push", "pushedWithin": "14d", "pulledWithin": "P30D", "matching": ["pr-keep-*"] }
            },
            { "name": "scratch", "repositories": ["scratch/**"], "tags": ["*"], "keep": "nothing", "when": "overBudget" }
          ],
          "protected": [ { "name": "releases", "repositories": ["**"], "tags": ["v*"] } ],
          "immutable": [ { "name": "signed off", "repositories": ["team/**"], "tags": ["v[0-9]*"] } ],
          "budget": { "bytes": "500GiB", "high": "90%", "low": "80%" }
        }
        """;

    [Fact]
    public void A_policy_keeps_its_text_to_the_last_space()
    {
        var text = Full.Replace("v[0-9]*", "v*", StringComparison.Ordinal) + "\n \n";
        Assert.True(RetentionPolicy.TryParse(text, out var policy, out var mistakes), string.Join('\n', mistakes));
        Assert.Equal(text, policy.Text);
        Assert.Equal(PolicyMode.Apply, policy.Mode);
        Assert.Equal(["branches", "scratch"], policy.Rules.Select(rule => rule.Covered.Name));
        Assert.Equal([4, 0], policy.Rules.Select(rule => rule.Keeps.Count));
        Assert.True(RetentionPolicy.TryParse(policy.Text, out var again, out _));
        Assert.Equal(policy.Text, again.Text);
    }

    [Fact]
    public void The_smallest_policy_has_no_rule()
    {
        Assert.True(RetentionPolicy.TryParse("""{"version":1,"mode":"shadow"}""", out var policy, out var mistakes));
        Assert.Empty(mistakes);
        Assert.Empty(policy.Rules);
        Assert.Equal(PolicyMode.Shadow, policy.Mode);
    }

    [Fact]
    public void Every_mistake_at_once_each_at_its_path() => Check(
        """
        {
          "version": 2,
          "mode": "dry-run",
          "rule": [],
          "rules": [
            { "name": "a", "repositories": ["Team/*", "b"], "tags": [], "keep": { "newest": 0, "by": "age", "pushedWithin": "30", "pulledWithin": "6m", "matching": ["[a]"] } },
            { "name": "A", "repositories": "b/**", "tags": ["x", 5], "keep": {} },
            { "repositories": ["b"], "tags": ["regex:(a)\\1"], "keep": { "by": "version", "newst": 5 } },
            { "name": " c", "repositories": ["b"], "tags": ["x"], "tags": ["y"], "keep": "all" },
            [],
            { "name": "d", "repositories": ["b"], "tags": ["x"], "keep": { "newest": "five", "by": "push" } }
          ],
          "protected": { "name": "p" },
          "immutable": [ { "name": "i", "repositories": ["**"], "tags": ["a/b"], "keep": "nothing" } ]
        }
        """,
        "rule is not known here: did you mean 'rules'? The names are version, mode, rules, protected, immutable, budget.",
        "rules[1].repositories must be a list, not the text 'b/**': write [\"team/**\"].",
        "rules[1].tags[1] must be text, not 5: write a pattern, as in [\"pr-*\"].",
        "rules[1].keep is empty, which would remove every tag that the rule covers: write { \"newest\": 5 }, or \"nothing\" to keep nothing.",
        "rules[2].keep.newst is not known here: did you mean 'newest'? The names are newest, by, pushedWithin, pulledWithin, matching.",
        "rules[3].tags stands here more than once: leave one of them.",
        "rules[3].keep must be an object, not the text 'all': write { \"newest\": 5 }, or \"nothing\" to keep nothing.",
        "rules[4] must be an object, not a list: write { \"name\": \"branches\", \"repositories\": [\"team/**\"], \"tags\": [\"pr-*\"], \"keep\": { \"newest\": 5 } }.",
        "rules[5].keep.newest must be a whole number, not the text 'five': write 5.",
        "protected must be a list, not an object: write [ { ... } ].",
        "immutable[0].keep is not known here: did you mean 'name'? The names are name, repositories, tags.",
        "version must be 1: this registry knows no other form of the document.",
        "mode must be \"shadow\" (plans only) or \"apply\" (removes what the plans list).",
        "rules[1].name is 'A', as at [0]: reasons say the name, so write another one.",
        "rules[0].repositories[0] matches nothing, because of 'T': a repository has only lower-case letters, digits, '.', '_', '-', and '/' between components.",
        "rules[0].tags is empty: write [\"*\"] for every tag.",
        "rules[0].keep.newest must be from 1 to 1000000: leave it out to count none.",
        "rules[0].keep.by must be \"push\" or \"version\".",
        "rules[0].keep.pushedWithin has no unit: write 30d for days or 30h for hours.",
        "rules[0].keep.pulledWithin may be minutes or months: write 6min for minutes, and months in days, such as 30d.",
        "rules[0].keep.matching[0] has a '[', which means nothing in a glob: use *, **, ? and {a,b}, or a regular expression, 'regex:...'.",
        "rules[2].name is missing: reasons say it, so write a short one, for example \"branches\".",
        "rules[2].tags[0] is a regular expression that takes no linear time: write it without look-around, back-references, atomic groups, conditions and large repeat counts.",
        "rules[2].keep.by says in which order \"newest\" counts: write \"newest\" too, or leave it out.",
        "rules[3].name must have no quotes, no control characters, and no space at its ends.",
        "immutable[0].tags[0] matches nothing, because of '/': a tag has only letters, digits, '.', '_' and '-'.");

    [Theory]
    [InlineData("", "The policy is empty: write { \"version\": 1, \"mode\": \"shadow\", \"rules\": [ ... ] }.")]
    [InlineData("{\n  \"version\": 1,\n}", "The policy is not JSON, line 3, byte 1: The JSON object contains a trailing comma at the end which is not supported in this mode.")]
    [InlineData("[]", "The policy must be an object, not a list: write { \"version\": 1, \"mode\": \"shadow\", \"rules\": [ ... ] }.")]
    [InlineData("null", "The policy must be an object, not null: write { \"version\": 1, \"mode\": \"shadow\", \"rules\": [ ... ] }.")]
    [InlineData("{}", "version is missing: write \"version\": 1.", "mode is missing: write \"mode\": \"shadow\" to see plans only, or \"apply\" to remove what they list.")]
    [InlineData("""{"version":1.5,"mode":"\ud800"}""", "version must be a whole number, not 1.5: write 1.", "mode is no Unicode text: write \"shadow\" or \"apply\".")]
    [InlineData("""{"version":1,"mode":"apply","\ud800":1}""", "The policy has a name that is no Unicode text: write letters.")]
    [InlineData("""{"version":1,"mode":"apply","mode":"shadow"}""", "mode stands here more than once: leave one of them.")]
    [InlineData("""{"version":1,"mode":"apply","rules":[{"name":"a","repositories":["a"],"tags":["a"]}]}""", "rules[0].keep is missing: write { \"newest\": 5 }, or \"nothing\" to remove every tag that the rule covers.")]
    [InlineData("""{"version":1,"mode":"apply","rules":[{"name":"a","repositories":["a"],"tags":["a"],"keep":{"matching":null}}]}""", "rules[0].keep.matching must be a list, not null: write [\"keep-*\"].")]
    [InlineData("""{"version":1,"mode":"apply","rules":[{"name":"a","repositories":["a"],"tags":["a"],"keep":{"by":"push"}}]}""", "rules[0].keep.by says in which order \"newest\" counts: write \"newest\" too, or leave it out.")]
    [InlineData("""{"version":1,"mode":"apply","rules":[{"name":"a","repositories":["a"],"tags":["a"],"keep":{"newst":5}}]}""", "rules[0].keep.newst is not known here: did you mean 'newest'? The names are newest, by, pushedWithin, pulledWithin, matching.")]
    [InlineData("""{"version":1,"mode":"apply","rules":[{"name":"a","repositories":["a"],"tags":["a"],"keep":"nothing","Tags":["b"]}]}""", "rules[0].Tags is not known here: did you mean 'tags'? The names are name, repositories, tags, keep, when.")]
    public void One_mistake(string text, params string[] mistakes) => Check(text, mistakes);

    [Fact]
    public void A_text_that_is_too_long_or_too_deep_or_no_text_is_a_mistake()
    {
        Check(new string(' ', PolicyReader.MaxLength + 1), $"The policy is longer than {PolicyReader.MaxLength} characters: write fewer rules with more patterns.");
        Check("\"\ud800\"", "The policy is no Unicode text: save it as UTF-8.");
        Assert.False(RetentionPolicy.TryParse(new string('[', 100_000), out _, out _));
    }

    [Fact]
    public void Regular_expressions_are_few_and_globs_may_be_many()
    {
        static string Rules(string tag, int count) =>
            $$"""{"version":1,"mode":"apply","rules":[{{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"name":"r{{i}}","repositories":["**"],"tags":["{{tag}}{{i}}"],"keep":"nothing"}"""))}}]}""";
        Assert.True(RetentionPolicy.TryParse(Rules("regex:a", 40), out _, out _));
        Check(Rules("regex:a", 41), "The policy has more than 40 regular expressions: write globs where they will do.");
        Assert.True(RetentionPolicy.TryParse(Rules("a*", 1000), out _, out _));
        Check(Rules("a*", 1001), "rules has more than 1000 items: write fewer with more patterns.");
    }

    [Fact]
    public void No_text_makes_the_parser_throw()
    {
        var cuts = Gen.Select(Gen.Int[0, Full.Length], Gen.Int[0, 40], Gen.OneOf(Gen.String[0, 10], Pick.From("{", "}", "[", "]", "null", "\"\"", ",", "5", "-1e999", "\"\\ud800\"", "true", "regex:", "{}", "[[]]")))
            .Select((at, length, with) => Full[..at] + with + Full[Math.Min(Full.Length, at + length)..]);
        Gen.OneOf(Gen.String, cuts).Sample(
            text =>
            {
                var parsed = RetentionPolicy.TryParse(text, out var policy, out var mistakes);
                return parsed == (mistakes.Count == 0) && parsed == (policy is not null);
            },
            iter: 5_000);
    }

    [Fact]
    public void Values_of_any_type_at_any_place_are_a_mistake_or_none()
    {
        // Every value of the document, one after the other, replaced by each of these.
        string[] values = ["null", "true", "0", "-1", "1e400", "\"\"", "\"x\"", "[]", "[null]", "[[]]", "{}", "{\"a\":1}"];
        var lines = Full.Split(':');
        for (var i = 1; i < lines.Length; i++)
        {
            foreach (var value in values)
            {
                var text = string.Join(':', lines[..i]) + ":" + value + ", \"y\":" + string.Join(':', lines[i..]);
                Assert.Equal(RetentionPolicy.TryParse(text, out _, out var mistakes), mistakes.Count == 0);
            }
        }
    }

    [Fact]
    public void An_immutable_tag_is_found_with_the_name_of_its_pattern()
    {
        var policy = Policies.Parse("""
            "immutable": [
              { "name": "releases", "repositories": ["team/**"], "tags": ["v*"] },
              { "name": "everything of ops", "repositories": ["ops"], "tags": ["*"] }
            ]
            """);
        Assert.Equal("releases", policy.FindImmutable(RepositoryName.Parse("team/a"), Tag.Parse("v1")));
        Assert.Null(policy.FindImmutable(RepositoryName.Parse("team/a"), Tag.Parse("latest")));
        Assert.Null(policy.FindImmutable(RepositoryName.Parse("other"), Tag.Parse("v1")));
        Assert.Equal("everything of ops", policy.FindImmutable(RepositoryName.Parse("ops"), Tag.Parse("latest")));
        // Who signs once more moves the signature's tag.
        Assert.Null(policy.FindImmutable(RepositoryName.Parse("ops"), Tag.Parse($"sha256-{new string('a', 64)}.sig")));
    }

    private static void Check(string text, params string[] mistakes)
    {
        Assert.False(RetentionPolicy.TryParse(text, out var policy, out var found));
        Assert.Null(policy);
        Assert.Equal(mistakes, found.Select(mistake => mistake.ToString()));
    }
}
