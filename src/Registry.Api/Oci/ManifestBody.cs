using System.Buffers;
using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>The one kind of body that is held whole: a manifest, of 4 MiB at most.</summary>
internal static class ManifestBody
{
    /// <summary>Errors: ManifestTooLarge, at the first byte too many.</summary>
    public static async Task<Outcome<byte[]>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > ManifestDocument.MaxBytes)
        {
            return TooLarge();
        }

        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            if (result.Buffer.Length > ManifestDocument.MaxBytes)
            {
                reader.AdvanceTo(result.Buffer.End);
                return TooLarge();
            }

            if (result.IsCompleted)
            {
                var body = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return body;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private static RegistryError TooLarge() =>
        new(ErrorKind.ManifestTooLarge, $"A manifest has at most {ManifestDocument.MaxBytes} bytes (4 MiB). Put large content into a blob.");
}
