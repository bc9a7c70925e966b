using System.Globalization;
using System.Text;
using Registry.Benchmarks.Load;

namespace Registry.Benchmarks.Comparison;

/// <summary>Images of a config and two small layers, pushed one after the other to the same tag of their repository.</summary>
internal sealed record RetaggedImages(int Images)
{
    public const int PushesPerTag = 10;
    public const int BlobsPerImage = 3;

    private const int LayerBytes = 4 * 1024;
    private const int Clients = 4;

    public int Repositories => Math.Max(1, Images / PushesPerTag);

    public IEnumerable<PushedImage> Newest => Enumerable.Range(0, Repositories).Select(repository => Image(repository, PushesPerTag - 1));

    public async Task PushAsync(Uri registry, CancellationToken cancellationToken)
    {
        using var client = new RegistryClient(registry);
        await Parallel.ForEachAsync(Enumerable.Range(0, Repositories), new ParallelOptions { MaxDegreeOfParallelism = Clients, CancellationToken = cancellationToken }, async (repository, token) =>
        {
            for (var push = 0; push < PushesPerTag; push++)
            {
                var image = Image(repository, push);
                await client.PushAsync(image.Repository, image.Tag, image.Blobs, token);
            }
        });
    }

    /// <summary>How many of the newest images cannot be pulled.</summary>
    public async Task<int> CountLostAsync(Uri registry, CancellationToken cancellationToken)
    {
        using var client = new RegistryClient(registry);
        var lost = 0;
        foreach (var image in Newest)
        {
            try
            {
                await client.PullAsync(image.Repository, image.Tag, image.Blobs, cancellationToken);
            }
            catch (HttpRequestException)
            {
                lost++;
            }
        }

        return lost;
    }

    private static PushedImage Image(int repository, int push)
    {
        var random = new Random((repository * 1009) + push);
        var layers = new[] { new byte[LayerBytes], new byte[LayerBytes] };
        Array.ForEach(layers, random.NextBytes);
        var name = string.Create(CultureInfo.InvariantCulture, $"compare/r{repository}");
        return new PushedImage(name, "latest", [Encoding.ASCII.GetBytes($"config of {name}, push {push.ToString(CultureInfo.InvariantCulture)}"), .. layers]);
    }
}
