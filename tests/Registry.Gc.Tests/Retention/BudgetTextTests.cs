using CsCheck;
using Registry.Gc.Retention;

namespace Registry.Gc.Tests.Retention;

/// <summary>The member <c>budget</c> of a policy, and the member <c>when</c> of a rule.</summary>
public sealed class BudgetTextTests
{
    private const string OverBudgetRule = "\"rules\":[{\"name\":\"r\",\"repositories\":[\"**\"],\"tags\":[\"*\"],\"keep\":\"nothing\",\"when\":\"overBudget\"}]";

    [Theory]
    [InlineData("""{ "bytes": "500GiB" }""", 536_870_912_000, 483_183_820_800, 429_496_729_600)]
    [InlineData("""{ "bytes": 1000 }""", 1000, 900, 800)]
    [InlineData("""{ "bytes": 1000, "high": "100%", "low": "87.55%" }""", 1000, 1000, 875)]
    [InlineData("""{ "bytes": 1000, "low": "0.1%" }""", 1000, 900, 1)]
    [InlineData("""{ "bytes": "1B" }""", 1, 0, 0)]
    [InlineData("""{ "bytes": 1152921504606846976, "high": "100%", "low": "99.9999999999%" }""", 1L << 60, 1L << 60, 1_152_921_504_605_694_054)]
    public void Its_marks_are_whole_bytes(string budget, long bytes, long high, long low) =>
        Assert.Equal(new Budget(bytes, high, low), Policies.Parse($"\"budget\": {budget}").Budget);

    [Fact]
    public void Its_marks_are_in_order_whatever_is_written() =>
        Gen.Select(Gen.Long[1, 1L << 60], Gen.Int[1, 1000], Gen.Int[1, 1000]).Where((_, a, b) => a != b).Sample((bytes, a, b) =>
        {
            var budget = Policies.Parse(FormattableString.Invariant($$"""
                "budget": { "bytes": {{bytes}}, "high": "{{Math.Max(a, b) / 10m}}%", "low": "{{Math.Min(a, b) / 10m}}%" }
                """)).Budget!;
            return budget.Bytes == bytes && budget.HighBytes == (long)((Int128)bytes * Math.Max(a, b) / 1000) && budget.LowBytes == (long)((Int128)bytes * Math.Min(a, b) / 1000);
        });

    [Fact]
    public void Without_it_there_is_none_and_a_rule_lets_go_always()
    {
        var policy = Policies.WithRule("\"nothing\"");
        Assert.Null(policy.Budget);
        Assert.Equal(RuleWhen.Always, policy.Rules.Single().When);
    }

    [Fact]
    public void A_rule_says_when() =>
        Assert.Equal(
            [RuleWhen.Always, RuleWhen.OverBudget],
            Policies.Parse("""
                "rules": [
                  { "name": "a", "repositories": ["**"], "tags": ["*"], "keep": "nothing", "when": "always" },
                  { "name": "b", "repositories": ["**"], "tags": ["*"], "keep": { "newest": 1 }, "when": "overBudget" }
                ],
                "budget": { "bytes": "1GiB" }
                """).Rules.Select(rule => rule.When));

    [Theory]
    [InlineData("\"budget\":{}", "budget.bytes is missing: write \"bytes\": \"500GiB\".")]
    [InlineData("\"budget\":\"500GiB\"", "budget must be an object, not the text '500GiB': write { \"bytes\": \"500GiB\" }.")]
    [InlineData("\"budget\":null", "budget must be an object, not null: write { \"bytes\": \"500GiB\" }.")]
    [InlineData("\"budget\":{\"bytes\":true}", "budget.bytes must be text, not true: write \"500GiB\", or a whole number of bytes.")]
    [InlineData("\"budget\":{\"bytes\":1.5}", "budget.bytes must be a whole number, not 1.5: write \"500GiB\", or a whole number of bytes.")]
    [InlineData("\"budget\":{\"bytes\":0}", "budget.bytes is no room at all: write at least 1B.")]
    [InlineData("\"budget\":{\"bytes\":-1}", "budget.bytes is no size: write a whole number with a unit, for example 500GiB or 2TB (units B, KiB, MiB, GiB, TiB, PiB; kB, MB, GB, TB, PB).")]
    [InlineData("\"budget\":{\"bytes\":1152921504606846977}", "budget.bytes is more than 1024PiB: write a smaller one.")]
    [InlineData("\"budget\":{\"bytes\":\"500G\"}", "budget.bytes is no size: write 500GiB (steps of 1024) or 500GB (steps of 1000).")]
    [InlineData("\"budget\":{\"byte\":\"5GiB\"}", "budget.byte is not known here: did you mean 'bytes'? The names are bytes, high, low.", "budget.bytes is missing: write \"bytes\": \"500GiB\".")]
    [InlineData("\"budget\":{\"bytes\":1,\"bytes\":2}", "budget.bytes stands here more than once: leave one of them.")]
    [InlineData("\"budget\":{\"bytes\":1,\"high\":90}", "budget.high must be text, not 90: write \"90%\".")]
    [InlineData("\"budget\":{\"bytes\":1,\"high\":90,\"low\":\"95%\"}", "budget.high must be text, not 90: write \"90%\".")]
    [InlineData("\"budget\":{\"bytes\":1,\"high\":\"101%\",\"low\":\"0%\"}", "budget.high is more than all of it: write at most 100%.", "budget.low is nothing: write more than 0%.")]
    [InlineData("\"budget\":{\"bytes\":1,\"low\":80}", "budget.low must be text, not 80: write \"80%\".")]
    [InlineData("\"budget\":{\"bytes\":1,\"low\":\"90\"}", "budget.low has no percent sign: write 90%.")]
    [InlineData("\"budget\":{\"bytes\":1,\"low\":\"90.0%\"}", "budget.low must be less than \"high\", and 90.0% is not less than 90%: write both, for example \"high\": \"90%\", \"low\": \"80%\".")]
    [InlineData("\"budget\":{\"bytes\":1,\"high\":\"50%\"}", "budget.low must be less than \"high\", and 80% is not less than 50%: write both, for example \"high\": \"90%\", \"low\": \"80%\".")]
    [InlineData(OverBudgetRule, "rules[0].when is about a budget, and the policy has none: write \"budget\": { \"bytes\": \"500GiB\" } beside \"rules\", or leave it out.")]
    [InlineData(OverBudgetRule + ",\"budget\":5", "budget must be an object, not 5: write { \"bytes\": \"500GiB\" }.")]
    [InlineData(OverBudgetRule + ",\"budget\":{\"bytes\":\"5\"}", "budget.bytes has no unit: write 5GiB, or without quotes for bytes, 5.")]
    [InlineData("\"rules\":[{\"name\":\"r\",\"repositories\":[\"**\"],\"tags\":[\"*\"],\"keep\":\"nothing\",\"when\":\"full\"}]", "rules[0].when must be \"always\" or \"overBudget\".")]
    [InlineData("\"rules\":[{\"name\":\"r\",\"repositories\":[\"**\"],\"tags\":[\"*\"],\"keep\":\"nothing\",\"when\":null}]", "rules[0].when must be text, not null: write \"always\" or \"overBudget\".")]
    [InlineData("\"protected\":[{\"name\":\"p\",\"repositories\":[\"**\"],\"tags\":[\"*\"],\"when\":\"always\"}]", "protected[0].when is not known here: did you mean 'name'? The names are name, repositories, tags.")]
    public void Each_mistake_at_its_path(string members, params string[] mistakes)
    {
        Assert.False(RetentionPolicy.TryParse($$"""{"version":1,"mode":"apply",{{members}}}""", out _, out var found));
        Assert.Equal(mistakes, found.Select(mistake => mistake.ToString()));
    }
}
