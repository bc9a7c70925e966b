using Registry.Api.Tests.Serving;
using static Registry.Api.Tests.Serving.RegistryClient;

namespace Registry.Api.Tests.Crash;

/// <summary>Clients that push and delete images until the registry is killed under them.</summary>
internal sealed class CrashLoad(Acknowledged acknowledged)
{
    private const int Workers = 4;
    private const int OfChunks = 4;

    private static readonly string[] Repositories = ["crash/one", "crash/two", "crash/three"];

    public Task RunAsync(RegistryClient client, Random random) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(client, new Random(random.Next()))).ToArray());

    private async Task WorkAsync(RegistryClient client, Random random)
    {
        try
        {
            while (true)
            {
                if (random.Next(4) == 0)
                {
                    await DeleteAsync(client, random);
                }
                else
                {
                    await PushAsync(new TestRepository(client, Repositories[random.Next(Repositories.Length)]), random);
                }
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The registry was killed: what was under way was not acknowledged.
        }
    }

    private async Task PushAsync(TestRepository repository, Random random)
    {
        // One layer of few, so that pushes meet on it; the other is new.
        Content[] blobs = [Content.Of([(byte)random.Next(8)]), Content.Random(random.Next(1, 200_000))];
        foreach (var blob in blobs)
        {
            if (!await TryPushAsync(repository, blob, random))
            {
                return;
            }
        }

        var manifest = Content.Image(blobs[0], blobs[1]);
        var tag = random.Next(2) == 0 ? manifest.Hex : null;
        if (IsDone(await repository.PutAsync(tag ?? manifest.Digest, manifest), 201))
        {
            acknowledged.Push(new PushedImage(repository.Name, manifest, blobs, tag));
        }
    }

    private static async Task<bool> TryPushAsync(TestRepository repository, Content blob, Random random)
    {
        var begun = await repository.SendAsync("POST", "blobs/uploads/");
        if (!IsDone(begun, 202))
        {
            return false;
        }

        var (location, rest) = (begun.Header("Location")!, blob.Bytes);
        if (random.Next(OfChunks) == 0)
        {
            var first = blob.Bytes[..(blob.Bytes.Length / 2)];
            var appended = await repository.SendAsync("PATCH", location, Bytes(first));
            if (!IsDone(appended, 202))
            {
                return false;
            }

            (location, rest) = (appended.Header("Location")!, blob.Bytes[first.Length..]);
        }

        return IsDone(await repository.SendAsync("PUT", $"{location}?digest={blob.Digest}", Bytes(rest)), 201);
    }

    private async Task DeleteAsync(RegistryClient client, Random random)
    {
        if (acknowledged.TakeAny(random) is { } image
            && IsDone(await new TestRepository(client, image.Repository).DeleteAsync($"manifests/{image.Manifest.Digest}"), 202))
        {
            acknowledged.Remove(image);
        }
    }

    /// <summary>False: the registry is not sure that it is the owner just now, and has said yes to nothing.</summary>
    private static bool IsDone(Answer answer, int expected)
    {
        if (answer.Status == 503)
        {
            return false;
        }

        answer.Expect(expected);
        return true;
    }
}
