using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Registry.Clients.Tests.Images;

/// <summary>A gzipped tar of one random file.</summary>
/// <param name="DiffId">The digest of the tar before it was compressed, which an image's config names.</param>
internal sealed record Layer(byte[] Bytes, string DiffId)
{
    public static Layer Random(int size = 64 * 1024)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            using var content = new MemoryStream(RandomNumberGenerator.GetBytes(size));
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "random") { DataStream = content });
        }

        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(tar.ToArray());
        }

        return new Layer(compressed.ToArray(), Digests.Sha256(tar.ToArray()));
    }
}
