using System.Text;
using CsCheck;
using Registry.Storage.Model;

namespace Registry.Storage.Tests.Model;

public sealed class DigestTests
{
    private static readonly Gen<char> HexDigit = Gen.Char["0123456789abcdef"];

    [Fact]
    public void Known_hashes()
    {
        // FIPS 180-4, the examples for "abc".
        var abc = Encoding.ASCII.GetBytes("abc");
        Assert.Equal("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Digest.Of(DigestAlgorithm.Sha256, abc).ToString());
        Assert.Equal(
            "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            Digest.Of(DigestAlgorithm.Sha512, abc).ToString());
    }

    [Fact]
    public void Every_well_formed_digest_is_read_and_prints_as_it_was() =>
        Gen.Select(Gen.Bool.Select(b => b ? DigestAlgorithm.Sha256 : DigestAlgorithm.Sha512), HexDigit.Array[128])
            .Select((algorithm, hex) => (algorithm, text: $"{algorithm.Name}:{new string(hex.AsSpan(0, algorithm.HexLength))}"))
            .Sample(d => Digest.TryParse(d.text, out var digest) && digest.ToString() == d.text && digest.Algorithm == d.algorithm && digest.IsValid);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256")]
    [InlineData("sha256:")]
    [InlineData("sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    [InlineData("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a")]
    [InlineData("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0")]
    [InlineData("SHA256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("sha256-ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("sha512:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("sha384:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a\n")]
    [InlineData("sha256:../../../../../../../../../../../../../../../../../../../../../..")]
    public void Anything_else_is_refused(string? text)
    {
        Assert.False(Digest.TryParse(text, out var digest));
        Assert.Equal(default, digest);
    }

    [Fact]
    public void Default_is_no_digest_and_prints_so()
    {
        Assert.False(default(Digest).IsValid);
        Assert.Equal("(no digest)", default(Digest).ToString());
        Assert.Throws<InvalidOperationException>(() => default(Digest).Algorithm);
    }
}
