using CsCheck;
using Microsoft.AspNetCore.Http;
using Registry.Api.Oci;
using Registry.Storage.Model;

namespace Registry.Api.Tests.Oci;

public sealed class ByteRangeTests
{
    private const long Size = 1000;
    private static readonly Digest Own = Digest.Of(DigestAlgorithm.Sha256, "own"u8);
    private static readonly Digest Other = Digest.Of(DigestAlgorithm.Sha256, "other"u8);

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=0-499", 0, 500)]
    [InlineData("bytes=500-", 500, 500)]
    [InlineData("bytes=-500", 500, 500)]
    [InlineData("bytes=-1", 999, 1)]
    [InlineData("bytes=-1000", 0, 1000)]
    [InlineData("bytes=-1001", 0, 1000)]
    [InlineData("bytes=-9223372036854775807", 0, 1000)]
    [InlineData("bytes=999-", 999, 1)]
    [InlineData("bytes=999-9223372036854775807", 999, 1)]
    [InlineData("BYTES=1-2", 1, 2)]
    [InlineData("bytes= 1-2 ", 1, 2)]
    public void One_range_is_served(string header, long offset, long count) =>
        Assert.Equal(new ByteRange(offset, count, IsPartial: true, IsUnsatisfiable: false), Read(Size, header));

    [Theory]
    [InlineData("bytes=1000-")]
    [InlineData("bytes=1000-2000")]
    [InlineData("bytes=9223372036854775807-")]
    [InlineData("bytes=-0")]
    public void A_range_outside_cannot_be_served(string header) => Assert.True(Read(Size, header).IsUnsatisfiable);

    [Theory]
    [InlineData("bytes=")]
    [InlineData("bytes=-")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=5-2")]
    [InlineData("bytes=--5")]
    [InlineData("bytes=+1-2")]
    [InlineData("bytes=0x1-0x2")]
    [InlineData("bytes=99999999999999999999-")]
    [InlineData("bytes=0-99999999999999999999")]
    public void What_is_no_range_is_refused(string header) => Assert.True(Read(Size, header).IsUnsatisfiable);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("bytes")]
    [InlineData("bytes=1-2,4-5")]
    [InlineData("items=0-1")]
    [InlineData("0-1")]
    [InlineData("\u0661-\u0662")]
    public void Anything_else_means_the_whole(string header) =>
        Assert.Equal(new ByteRange(0, Size, IsPartial: false, IsUnsatisfiable: false), Read(Size, header));

    [Fact]
    public void Two_header_lines_mean_the_whole() => Assert.False(Read(Size, "bytes=0-1", "bytes=4-5").IsPartial);

    [Theory]
    [InlineData("bytes=0-")]
    [InlineData("bytes=0-0")]
    [InlineData("bytes=-5")]
    public void An_empty_blob_has_no_range(string header) => Assert.True(Read(0, header).IsUnsatisfiable);

    public static TheoryData<string, bool> Conditions => new()
    {
        { $"\"{Own}\"", true },
        { $"\"{Other}\"", false },
        { $"W/\"{Own}\"", false },
        { Own.ToString(), false },
        { "Wed, 21 Oct 2015 07:28:00 GMT", false },
        { "*", false },
        { "", false },
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public void If_range_serves_the_range_only_if_it_names_this_blob_strongly(string ifRange, bool partial)
    {
        var request = new DefaultHttpContext().Request;
        (request.Headers.Range, request.Headers.IfRange) = ("bytes=0-1", ifRange);
        Assert.Equal(partial, ByteRange.Read(request, Own, Size).IsPartial);
    }

    [Fact]
    public void Without_the_header_the_whole_is_served() => Assert.False(Read(Size).IsPartial);

    [Fact]
    public void What_is_served_is_always_inside_of_the_blob() =>
        Gen.Select(Gen.Char["0123456789-,= "].Array[0, 30].Select(chars => "bytes=" + new string(chars)), Gen.Long[0, 2000]).Sample((header, size) =>
            Read(size, header) is var range && range.Offset >= 0 && range.Count >= 0 && range.Offset + range.Count <= size && (range.IsUnsatisfiable || range.IsPartial || range.Count == size), iter: 20_000);

    private static ByteRange Read(long size, params string[] header)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Range = header;
        return ByteRange.Read(request, Own, size);
    }
}
