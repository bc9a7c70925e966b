using Microsoft.AspNetCore.Http;
using Registry.Api.Oci;
using Registry.Storage.Model;

namespace Registry.Api.Tests.Oci;

public sealed class DigestHeadersTests
{
    private static readonly Digest Own = Digest.Of(DigestAlgorithm.Sha256, "own"u8);
    private static readonly Digest Other = Digest.Of(DigestAlgorithm.Sha512, "other"u8);

    [Fact]
    public void The_digest_is_the_entity_tag()
    {
        var response = new DefaultHttpContext().Response;
        DigestHeaders.Write(response, Own);
        Assert.Equal((Own.ToString(), $"\"{Own}\""), (response.Headers["Docker-Content-Digest"].ToString(), response.Headers.ETag.ToString()));
    }

    public static TheoryData<string[], bool> Conditions => new()
    {
        { [], false },
        { [""], false },
        { [$"\"{Own}\""], true },
        { [$"  \"{Own}\"  "], true },
        { [$"W/\"{Own}\""], true },
        { ["*"], true },
        { [$"\"{Other}\""], false },
        { [$"\"{Other}\", \"{Own}\""], true },
        { [$"\"{Other}\"", $"\"{Own}\""], true },
        { [$"\"x\",,\"{Own}\""], true },
        { [Own.ToString()], false },
        { [$"\"{Own}"], false },
        { [$"'{Own}'"], false },
        { [$"\"{Own} \""], false },
        { [new string(',', 10_000)], false },
        { ["\u0000"], false },
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public void If_none_match_is_a_list_of_entity_tags(string[] header, bool notModified)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.IfNoneMatch = header;
        Assert.Equal(notModified, DigestHeaders.IsNotModified(request, Own));
    }

    [Fact]
    public void A_digest_that_is_none_is_named_in_the_refusal()
    {
        var error = DigestHeaders.Invalid("md5:00");
        Assert.Equal(ErrorKind.DigestInvalid, error.Kind);
        Assert.Contains("md5:00", error.Detail!.ToString(), StringComparison.Ordinal);
    }
}
