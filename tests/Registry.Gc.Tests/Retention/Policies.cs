using Registry.Gc.Retention;

namespace Registry.Gc.Tests.Retention;

internal static class Policies
{
    /// <summary>A policy with these members and the two that every policy has.</summary>
    public static RetentionPolicy Parse(string members)
    {
        Assert.True(RetentionPolicy.TryParse($$"""{ "version": 1, "mode": "apply", {{members}} }""", out var policy, out var mistakes), string.Join('\n', mistakes));
        return policy;
    }

    /// <summary>One rule for every repository.</summary>
    public static RetentionPolicy WithRule(string keep, string tags = """["*"]""") =>
        Parse($$"""
            "rules": [ { "name": "r", "repositories": ["**"], "tags": {{tags}}, "keep": {{keep}} } ]
            """);
}
