using CsCheck;
using Microsoft.AspNetCore.Http;
using Registry.Api.Oci;
using Registry.Storage.Content;
using Registry.Storage.Model;

namespace Registry.Api.Tests.Oci;

public sealed class ContentRangeHeaderTests
{
    [Theory]
    [InlineData("0-0", 0, 0)]
    [InlineData("0-1023", 0, 1023)]
    [InlineData("1024-2047", 1024, 2047)]
    [InlineData(" 1-2 ", 1, 2)]
    [InlineData("bytes 1-2/3", 1, 2)]
    [InlineData("bytes 1-2/*", 1, 2)]
    [InlineData("Bytes 1-2", 1, 2)]
    [InlineData("9223372036854775805-9223372036854775806", long.MaxValue - 2, long.MaxValue - 1)]
    public void A_range_is_its_first_and_last_byte(string header, long first, long last) => Assert.Equal(new ChunkRange(first, last), Read(header).Range);

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1")]
    [InlineData("1-")]
    [InlineData("-1")]
    [InlineData("2-1")]
    [InlineData("1-2-3")]
    [InlineData("+1-2")]
    [InlineData("1 - 2")]
    [InlineData("1,000-2,000")]
    [InlineData("a-b")]
    [InlineData("0x0-0xf")]
    [InlineData("bytes=0-1")]
    [InlineData("0-9223372036854775807")]
    [InlineData("0-99999999999999999999")]
    [InlineData("\u0661-\u0662")]
    [InlineData("bytes */5")]
    public void Anything_else_is_refused(string header) => Assert.Equal(ErrorKind.UploadInvalid, Read(header).Error?.Kind);

    [Fact]
    public void Two_header_lines_are_refused() => Assert.NotNull(Read("0-1", "2-3").Error);

    [Fact]
    public void Without_the_header_there_is_no_range() => Assert.Equal((null, null), Read());

    [Fact]
    public void No_text_makes_it_throw() =>
        Gen.Char["0123456789-/* bytes=,\u00e9"].Array[0, 50].Select(chars => new string(chars))
            .Sample(text => Read(text) is var (range, error) && (error is null) != (range is null) && (range is not { } r || r.First >= 0 && r.Last >= r.First), iter: 20_000);

    private static (ChunkRange? Range, RegistryError? Error) Read(params string[] header)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.ContentRange = header;
        var read = ContentRangeHeader.TryRead(request, out var range, out var error);
        Assert.Equal(error is null, read);
        return (range, error);
    }
}
