using System.Text;
using System.Text.Json.Nodes;
using Registry.Clients.Tests.Clients;
using Registry.Clients.Tests.Images;
using Registry.Testing;

namespace Registry.Clients.Tests;

/// <summary>skopeo copies between layouts on disk and ours; what comes back is what went in, byte for byte.</summary>
public sealed class SkopeoTests : IDisposable
{
    private readonly RunningRegistry registry;
    private readonly string repository = RunningRegistry.NewRepository();
    private readonly TestFolder folder = new();
    private readonly OciLayout layout;

    public SkopeoTests(RunningRegistry registry)
    {
        Skopeo.Require();
        this.registry = registry;
        layout = new OciLayout(folder["layout"]);
    }

    [Fact]
    public async Task Index_with_all_its_images_comes_back_byte_for_byte()
    {
        var shared = Layer.Random();
        var index = layout.AddIndex(layout.AddImage("amd64", shared, Layer.Random()), layout.AddImage("arm64", shared, Layer.Random()), layout.AddImage("s390x", shared));
        await Skopeo.CopyAsync(layout.Name("all", index), Ours(":all"), "--all", "--preserve-digests");
        await Skopeo.CopyAsync(Ours($"@{index["digest"]}"), $"oci:{folder["back"]}:all", "--all", "--preserve-digests");

        Assert.Equal(1 + 3 + 3 + 3, layout.Digests.Count);
        Assert.Equal(layout.Digests, OciLayout.DigestsIn(folder["back"]));
    }

    [Fact]
    public async Task One_image_of_an_index_is_copied_alone()
    {
        var (amd64, arm64) = (layout.AddImage("amd64", Layer.Random()), layout.AddImage("arm64", Layer.Random()));
        await Skopeo.CopyAsync(layout.Name("all", layout.AddIndex(amd64, arm64)), Ours(":all"), "--all");
        await Tool.RunAsync("skopeo", ["--override-arch", "arm64", "--insecure-policy", "copy", "--src-tls-verify=false", Ours(":all"), $"dir:{folder["arm64"]}"]);

        Assert.Equal(arm64["digest"]!.ToString(), ManifestDigestIn("arm64"));
    }

    [Fact]
    public async Task Folder_of_an_image_comes_back_byte_for_byte()
    {
        await Skopeo.CopyAsync(layout.Name("one", layout.AddImage("amd64", Layer.Random(), Layer.Random())), $"dir:{folder["there"]}");
        await Skopeo.CopyAsync($"dir:{folder["there"]}", Ours(":one"), "--preserve-digests");
        await Skopeo.CopyAsync(Ours(":one"), $"dir:{folder["back"]}", "--preserve-digests");

        Assert.Equal(layout.Digests.Count + 1, Directory.GetFiles(folder["there"]).Length); // And the file "version".
        Assert.Equal(Digests.OfFiles(folder["there"]), Digests.OfFiles(folder["back"]));
    }

    [Fact]
    public async Task Docker_schema_2_keeps_its_media_type()
    {
        await Skopeo.CopyAsync(layout.Name("one", layout.AddImage("amd64", Layer.Random())), Ours(":docker"), "--format", "v2s2");
        var stored = await registry.ManifestAsync(repository, "docker");
        await Skopeo.CopyAsync(Ours(":docker"), $"dir:{folder["back"]}", "--preserve-digests");

        Assert.Equal("application/vnd.docker.distribution.manifest.v2+json", stored.MediaType);
        Assert.Equal("application/vnd.docker.image.rootfs.diff.tar.gzip", stored.Json["layers"]![0]!["mediaType"]!.ToString());
        Assert.Equal(stored.Digest, ManifestDigestIn("back"));
    }

    [Fact]
    public async Task Layers_compressed_with_zstd_come_back_as_such()
    {
        await Skopeo.CopyAsync(layout.Name("one", layout.AddImage("amd64", Layer.Random())), Ours(":zstd"), "--dest-compress", "--dest-compress-format", "zstd");
        await Skopeo.CopyAsync(Ours(":zstd"), $"dir:{folder["back"]}", "--preserve-digests");

        var layer = JsonNode.Parse(await Skopeo.RawManifestAsync(Ours(":zstd")))!["layers"]![0]!;
        var bytes = await File.ReadAllBytesAsync(Path.Combine(folder["back"], layer["digest"]!.ToString()["sha256:".Length..]), TestContext.Current.CancellationToken);
        Assert.Equal("application/vnd.oci.image.layer.v1.tar+zstd", layer["mediaType"]!.ToString());
        Assert.Equal(layer["digest"]!.ToString(), Digests.Sha256(bytes));
        Assert.Equal([0x28, 0xB5, 0x2F, 0xFD], bytes[..4]);
    }

    [Fact]
    public async Task Inspect_says_digest_tags_and_layers()
    {
        var layer = Layer.Random();
        var image = layout.AddImage("arm64", layer);
        await Skopeo.CopyAsync(layout.Name("one", image), Ours(":one"), "--preserve-digests");
        await Skopeo.CopyAsync(Ours(":one"), Ours(":two"), "--preserve-digests");

        var inspected = await Skopeo.InspectAsync(Ours(":two"));
        Assert.Equal(image["digest"]!.ToString(), inspected["Digest"]!.ToString());
        Assert.Equal(image["digest"]!.ToString(), Digests.Sha256(Encoding.UTF8.GetBytes(await Skopeo.RawManifestAsync(Ours(":two")))));
        Assert.Equal(["one", "two"], inspected["RepoTags"]!.AsArray().Select(tag => tag!.ToString()));
        Assert.Equal([Digests.Sha256(layer.Bytes)], inspected["Layers"]!.AsArray().Select(digest => digest!.ToString()));
        Assert.Equal("arm64", inspected["Architecture"]!.ToString());
    }

    [Fact]
    public async Task Deleted_image_is_gone_and_the_others_stay()
    {
        var shared = Layer.Random();
        foreach (var tag in new[] { "keep", "b", "drop", "A" })
        {
            await Skopeo.CopyAsync(layout.Name(tag, layout.AddImage("amd64", shared, Layer.Random())), Ours($":{tag}"));
        }

        Assert.Equal(["A", "b", "drop", "keep"], await Skopeo.ListTagsAsync(Ours()));
        await Skopeo.DeleteAsync(Ours(":drop"));

        Assert.Equal(["A", "b", "keep"], await Skopeo.ListTagsAsync(Ours()));
        var dropped = await Tool.TryRunAsync("skopeo", ["inspect", "--tls-verify=false", Ours(":drop")]);
        Assert.NotEqual(0, dropped.ExitCode);
        Assert.Contains("manifest unknown", dropped.Error, StringComparison.Ordinal);
        await Skopeo.CopyAsync(Ours(":keep"), $"dir:{folder["back"]}");
    }

    public void Dispose() => folder.Dispose();

    private string Ours(string suffix = "") => $"docker://{registry.Name(repository, suffix)}";

    private string ManifestDigestIn(string name) => Digests.OfFiles(folder[name], "manifest.json").Single();
}
