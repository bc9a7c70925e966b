using System.Security.Cryptography;
using System.Text;
using Registry.Storage.Model;

namespace Registry.Api.Tests.Serving;

/// <summary>Bytes with the digest that names them: a blob or a manifest of a test.</summary>
internal sealed record Content(byte[] Bytes, string Digest)
{
    public string Hex => Digest[(Digest.IndexOf(':', StringComparison.Ordinal) + 1)..];

    public static Content Of(byte[] bytes) => new(bytes, Storage.Model.Digest.Of(DigestAlgorithm.Sha256, bytes).ToString());

    public static Content Of512(byte[] bytes) => new(bytes, Storage.Model.Digest.Of(DigestAlgorithm.Sha512, bytes).ToString());

    public static Content Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static Content Random(int size = 1000) => Of(RandomNumberGenerator.GetBytes(size));

    /// <summary>The descriptor of this content, as JSON.</summary>
    public string As(string mediaType) => $$"""{"mediaType":"{{mediaType}}","digest":"{{Digest}}","size":{{Bytes.Length}}}""";

    public static Content Image(Content config, params Content[] layers) => Image(config, "", layers);

    /// <param name="more">Further fields, for example <c>"artifactType":"x",</c>.</param>
    public static Content Image(Content config, string more, params Content[] layers) => Of(
        $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}",{{more}}"config":{{config.As("application/vnd.test.config")}},"layers":[{{string.Join(',', layers.Select(l => l.As("application/vnd.test.layer")))}}]}""");

    public static Content Index(params string[] descriptors) =>
        Of($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[{{string.Join(',', descriptors)}}]}""");
}
