using CsCheck;
using Registry.Gc.Retention;

namespace Registry.Gc.Tests.Retention;

public sealed class SemanticVersionTests
{
    [Fact]
    public void The_order_of_the_specification()
    {
        // Semantic Versioning 2.0.0, section 11, and what tags add: a v before it, numbers of any length.
        string[] order =
        [
            "0.9.9", "1.0.0-0", "1.0.0-9", "1.0.0-10", "1.0.0--", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
            "v1.0.0", "1.0.1", "1.2.0", "v1.10.0", "2.0.0", "2.0.99999999999999999999", "2.0.100000000000000000000",
        ];
        for (var a = 0; a < order.Length; a++)
        {
            for (var b = 0; b < order.Length; b++)
            {
                Assert.Equal(Math.Sign(a.CompareTo(b)), Math.Sign(Parse(order[a]).CompareTo(Parse(order[b]))));
            }
        }
    }

    [Theory]
    [InlineData("1.0.0_build.5", "1.0.0")]
    [InlineData("1.0.0-rc.1_5", "v1.0.0-rc.1_6")]
    public void Build_metadata_does_not_count(string a, string b) => Assert.Equal(0, Parse(a).CompareTo(Parse(b)));

    [Theory]
    [InlineData("latest")]
    [InlineData("1")]
    [InlineData("1.2")]
    [InlineData("v1.2")]
    [InlineData("1.2.3.4")]
    [InlineData("01.2.3")]
    [InlineData("1.2.03")]
    [InlineData("1.2.3-")]
    [InlineData("1.2.3-01")]
    [InlineData("1.2.3-a..b")]
    [InlineData("1.2.3_")]
    [InlineData("1.2.3_a_b")]
    [InlineData("V1.2.3")]
    [InlineData("vv1.2.3")]
    [InlineData("release-1.2.3")]
    [InlineData("")]
    public void What_is_no_version(string tag) => Assert.False(SemanticVersion.TryParse(tag, out _));

    [Fact]
    public void The_order_is_one_whatever_is_compared() =>
        Gen.Select(Versions, Versions, Versions).Sample((a, b, c) =>
            Math.Sign(a.CompareTo(b)) == -Math.Sign(b.CompareTo(a))
            && (a.CompareTo(b) > 0 || b.CompareTo(c) > 0 || a.CompareTo(c) <= 0));

    private static Gen<SemanticVersion> Versions { get; } =
        Pick.From("", "-a", "-1", "-a.1", "-a.b", "-1.a", "-a-", "-10", "_x").SelectMany(tail => Gen.Int[0, 11].Array[3].Select(core => Parse(string.Join('.', core) + tail)));

    private static SemanticVersion Parse(string text) => SemanticVersion.TryParse(text, out var version) ? version : throw new FormatException(text);
}
