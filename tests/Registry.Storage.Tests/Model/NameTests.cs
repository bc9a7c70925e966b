using System.Text.RegularExpressions;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Registry.Storage.Model;

namespace Registry.Storage.Tests.Model;

/// <summary>Names against the regular expressions of the distribution specification ("Pulling manifests"), which the product does not run.</summary>
public sealed partial class NameTests
{
    private static readonly Gen<string> NearNames = Gen.Char["ab09._-/AZ:%\n ."].Array[0, 12].Select(chars => new string(chars));

    [Fact]
    public void A_repository_name_is_what_the_specification_says() =>
        NearNames.Sample(text => RepositoryName.TryParse(text, out var name) == SpecificationName().IsMatch(text) && (!name.IsValid || name.ToString() == text), iter: 200_000);

    [Fact]
    public void A_tag_is_what_the_specification_says() =>
        NearNames.Sample(text => Tag.TryParse(text, out var tag) == SpecificationTag().IsMatch(text) && (!tag.IsValid || tag.ToString() == text), iter: 200_000);

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void A_repository_name_has_at_most_255_characters(int length, bool valid) =>
        Assert.Equal(valid, RepositoryName.TryParse(new string('a', length), out _));

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void A_tag_has_at_most_128_characters(int length, bool valid) =>
        Assert.Equal(valid, Tag.TryParse(new string('a', length), out _));

    [Theory]
    [InlineData("latest", true, false)]
    [InlineData("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", false, true)]
    [InlineData("sha256:ba", false, false)]
    [InlineData("a:b", false, false)]
    [InlineData("", false, false)]
    [InlineData("-a", false, false)]
    public void A_reference_is_a_tag_or_a_digest(string text, bool isTag, bool isDigest)
    {
        Assert.Equal(isTag || isDigest, Reference.TryParse(text, out var reference));
        Assert.Equal((isTag, isDigest), (reference.IsTag, reference.Digest.IsValid));
        if (isTag || isDigest)
        {
            Assert.Equal(text, reference.ToString());
        }
    }

    [Fact]
    public void Default_values_are_invalid_and_print_so()
    {
        Assert.Equal("(no repository)", default(RepositoryName).ToString());
        Assert.Equal("(no tag)", default(Tag).ToString());
        Assert.Equal("(no reference)", default(Reference).ToString());
        Assert.Equal("(no storage key)", default(StorageKey).ToString());
        Assert.Equal("(no session)", default(SessionId).ToString());
        Assert.False(default(RepositoryName).IsValid || default(Tag).IsValid || default(Reference).IsTag || default(Reference).Digest.IsValid || default(StorageKey).IsValid || default(SessionId).IsValid);
    }

    [Theory]
    [InlineData("0193a8f0c1d27abc8def0123456789ab", true)]
    [InlineData("0193a8f0-c1d2-7abc-8def-0123456789ab", false)]
    [InlineData("00000000000000000000000000000000", false)]
    [InlineData("", false)]
    public void A_session_id_is_32_hex_digits(string text, bool valid)
    {
        Assert.Equal(valid, SessionId.TryParse(text, out var id));
        Assert.Equal(valid ? text : "(no session)", id.ToString());
    }

    [Fact]
    public void Storage_keys_differ_and_can_be_read_back()
    {
        var time = new FakeTimeProvider();
        var keys = Enumerable.Range(0, 10_000).Select(_ => StorageKey.New(time.GetUtcNow())).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.All(keys, key => Assert.Equal(key, StorageKey.Parse(key.ToString())));
        // Spread over the folders: not all that were made in one moment lie in one.
        Assert.True(keys.Select(key => key.ToString()[..8]).Distinct().Count() > 200);
    }

    [Theory]
    [InlineData("blobs/../../etc/passwd")]
    [InlineData("blobs/ab/0000000000007000800000000000cd00")]
    [InlineData("blobs/AB/00000000000070008000000000000AB")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_storage_key_is_refused(string? text) => Assert.False(StorageKey.TryParse(text, out _));

    [GeneratedRegex(@"\A[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex SpecificationName();

    [GeneratedRegex(@"\A[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\z")]
    private static partial Regex SpecificationTag();
}
