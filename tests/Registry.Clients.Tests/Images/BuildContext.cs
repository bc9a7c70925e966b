using System.Security.Cryptography;
using System.Text;
using Registry.Testing;

namespace Registry.Clients.Tests.Images;

/// <summary>
/// What docker, podman and buildah build an image from: nothing but busybox, and a layer that no run before has had. The
/// image prints its marker when it is run.
/// </summary>
internal sealed record BuildContext(string Folder, string Marker)
{
    public const string Label = "test.marker";

    public string File => Path.Combine(Folder, "Containerfile");

    /// <summary>Writes the context to <paramref name="folder"/>; skips the running test where there is no static busybox.</summary>
    public static async Task<BuildContext> WriteAsync(string folder)
    {
        Tool.Require("busybox");
        var busybox = Path.Combine(folder, "busybox");
        System.IO.File.Copy(Tool.Find("busybox")!, busybox);
        // A dynamic program names its loader in the first page, and would find none in an image that has nothing else.
        var isStatic = (await System.IO.File.ReadAllBytesAsync(busybox)).AsSpan(0, 4096).IndexOf("/ld-"u8) < 0;
        Tool.Require(isStatic, "'busybox' is not the static one; ./test.sh installs that.");
        var context = new BuildContext(folder, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        await System.IO.File.WriteAllTextAsync(Path.Combine(folder, "marker"), context.Marker, Encoding.ASCII);
        await System.IO.File.WriteAllTextAsync(context.File, $"""
            FROM scratch
            COPY busybox /bin/busybox
            COPY marker /marker
            LABEL {Label}={context.Marker}
            CMD ["/bin/busybox", "cat", "/marker"]
            """);
        return context;
    }
}
