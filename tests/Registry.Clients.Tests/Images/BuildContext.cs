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

    /// <summary>Skips the running test where there is no busybox that runs in an image with nothing else.</summary>
    public static void Require()
    {
        Tool.Require("busybox");
        using var program = System.IO.File.OpenRead(Tool.Find("busybox")!);
        var start = new byte[4096];
        program.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        // A dynamic program names its loader in the first page.
        Tool.Require(start.AsSpan().IndexOf("/ld-"u8) < 0, "'busybox' is not the static one; ./test.sh installs that.");
    }

    /// <summary>Writes the context to <paramref name="folder"/>.</summary>
    public static async Task<BuildContext> WriteAsync(string folder)
    {
        System.IO.File.Copy(Tool.Find("busybox")!, Path.Combine(folder, "busybox"));
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
