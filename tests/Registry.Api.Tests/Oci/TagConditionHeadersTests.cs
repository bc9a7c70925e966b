using Microsoft.AspNetCore.Http;
using Registry.Api.Oci;
using Registry.Storage.Content;
using Registry.Storage.Model;

namespace Registry.Api.Tests.Oci;

public sealed class TagConditionHeadersTests
{
    private static readonly Tag[] Latest = [Tag.Parse("latest")];
    private static readonly Digest A = Digest.Of(DigestAlgorithm.Sha256, "a"u8);
    private static readonly Digest B = Digest.Of(DigestAlgorithm.Sha512, "b"u8);

    [Fact]
    public void No_header_is_no_condition() => Assert.Same(TagCondition.None, Read([], []).Value);

    [Fact]
    public void A_star_asks_whether_the_tag_exists()
    {
        Assert.Equal(new TagCondition(null, true, null, false), Read(["*"], []).Value);
        Assert.Equal(new TagCondition(null, false, null, true), Read([], [" * "]).Value);
    }

    public static TheoryData<string[], Digest[]> Lists => new()
    {
        { [$"\"{A}\""], [A] },
        { [$" \"{A}\" , \"{B}\" "], [A, B] },
        { [$"\"{A}\"", $"\"{B}\""], [A, B] },
        { [$"\"{A}\",,\"{B}\""], [A, B] },
        { ["\"no digest\""], [] },
        { [$"\"md5:00\", \"{B}\""], [B] },
    };

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_list_names_digests(string[] header, Digest[] expected)
    {
        Assert.Equal(expected, Read(header, []).Value.MustBe);
        Assert.Equal(expected, Read([], header).Value.MustNotBe);
    }

    [Fact]
    public void A_weak_entity_tag_never_matches_strongly_but_weakly()
    {
        // RFC 9110: If-Match compares strongly (section 13.1.1), If-None-Match weakly (13.1.2).
        Assert.Equal([], Read([$"W/\"{A}\""], []).Value.MustBe);
        Assert.Equal([A], Read([], [$"W/\"{A}\""]).Value.MustNotBe);
    }

    public static TheoryData<string[]> Unclear => new()
    {
        { [""] }, { [" "] }, { ["x"] }, { ["\""] }, { [A.ToString()] }, { [$"'{A}'"] }, { [$"\"{A}"] }, { [$"\"{A}\" \"{B}\""] }, { [$"\"{A}\" x"] },
        { ["*x"] }, { [$"*, \"{A}\""] }, { [$"\"{A}\"", "*"] }, { [","] }, { ["\u0000"] },
    };

    [Theory]
    [MemberData(nameof(Unclear))]
    public void A_condition_that_cannot_be_understood_is_refused(string[] header)
    {
        Assert.Equal(ErrorKind.RequestInvalid, Read(header, []).Error?.Kind);
        Assert.Equal(ErrorKind.RequestInvalid, Read([], header).Error?.Kind);
    }

    [Fact]
    public void A_condition_without_a_tag_is_refused() => Assert.Equal(ErrorKind.RequestInvalid, Read(["*"], [], []).Error?.Kind);

    [Fact]
    public void Both_conditions_count()
    {
        var both = Read([$"\"{A}\""], [$"\"{B}\""]).Value;
        Assert.Equal([A], both.MustBe);
        Assert.Equal([B], both.MustNotBe);
    }

    private static Outcome<TagCondition> Read(string[] ifMatch, string[] ifNoneMatch, Tag[]? tags = null)
    {
        var request = new DefaultHttpContext().Request;
        (request.Headers.IfMatch, request.Headers.IfNoneMatch) = (ifMatch, ifNoneMatch);
        return TagConditionHeaders.Read(request, tags ?? Latest);
    }
}
