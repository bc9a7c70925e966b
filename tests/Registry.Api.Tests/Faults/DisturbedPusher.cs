using System.Globalization;
using Registry.Api.Tests.Serving;
using Registry.Storage.Model;
using static Registry.Api.Tests.Serving.RegistryClient;

namespace Registry.Api.Tests.Faults;

/// <summary>Pushes images, deletes some and pulls some, with the patience of a real client, and writes down what the registry has said yes to.</summary>
internal sealed class DisturbedPusher(PatientClient client, Ledger ledger, string repository, Random random)
{
    private const int Beginnings = 4;

    /// <summary>What the registry did not take, however often it was tried.</summary>
    public int GivenUp { get; private set; }

    /// <summary>One image of a small blob and one of <paramref name="size"/> bytes, which comes in <paramref name="chunks"/> requests; 1: with the request that ends it.</summary>
    public async Task PushImageAsync(int size, int chunks)
    {
        Content[] blobs = [Content.Random(random.Next(1, 3000)), Content.Random(size)];
        if (!await PushAsync(blobs[0], 1) || !await PushAsync(blobs[1], chunks))
        {
            GivenUp++;
            return;
        }

        var manifest = Content.Image(blobs[0], blobs[1]);
        foreach (var reference in new[] { manifest.Hex, "latest" })
        {
            ledger.Forget(repository, $"manifests/{reference}");
            var answer = await client.TryAsync("PUT", $"/v2/{repository}/manifests/{reference}", () => Bytes(manifest.Bytes, MediaTypes.OciManifest));
            if (answer is null)
            {
                GivenUp++;
                return;
            }

            answer.Expect(201);
            ledger.Has(repository, $"manifests/{reference}", manifest);
            ledger.Has(repository, $"manifests/{manifest.Digest}", manifest);
        }
    }

    /// <summary>Pushes an image and deletes it again, its tag first or all at once.</summary>
    public async Task PushAndDeleteAsync()
    {
        var config = Content.Random(500);
        var manifest = Content.Image(config);
        if (!await PushAsync(config, 1)
            || await client.TryAsync("PUT", $"/v2/{repository}/manifests/{manifest.Hex}", () => Bytes(manifest.Bytes, MediaTypes.OciManifest)) is not { } pushed)
        {
            GivenUp++;
            return;
        }

        pushed.Expect(201);
        foreach (var reference in random.Next(2) == 0 ? [manifest.Hex, manifest.Digest] : new[] { manifest.Digest })
        {
            // 404: an earlier try whose answer was a refusal has taken effect after all.
            if (await client.TryAsync("DELETE", $"/v2/{repository}/manifests/{reference}") is { Status: 202 or 404 })
            {
                ledger.HasNot(repository, $"manifests/{manifest.Hex}");
            }
            else
            {
                GivenUp++;
                return;
            }
        }

        ledger.HasNot(repository, $"manifests/{manifest.Digest}");
    }

    /// <summary>Pulls something that is there, perhaps another client's.</summary>
    public async Task PullAsync()
    {
        if (ledger.TakeAny(random) is { } one && one.Address.Contains(':') && await client.TryAsync("GET", one.Address) is { } answer)
        {
            answer.Expect(200).ExpectBody(one.Content.Bytes);
        }
    }

    private async Task<bool> PushAsync(Content blob, int chunks)
    {
        for (var count = 0; count < Beginnings; count++)
        {
            if (await TryPushAsync(blob, chunks) || count > 0 && await client.TryAsync("HEAD", $"/v2/{repository}/blobs/{blob.Digest}") is { Status: 200 })
            {
                ledger.Has(repository, $"blobs/{blob.Digest}", blob);
                return true;
            }
        }

        return false;
    }

    /// <summary>One upload session. False: it has not come to its end.</summary>
    private async Task<bool> TryPushAsync(Content blob, int chunks)
    {
        if (await client.TryAsync("POST", $"/v2/{repository}/blobs/uploads/") is not { } begun)
        {
            return false;
        }

        var (location, at, size) = (begun.Expect(202).Header("Location")!, 0, (blob.Bytes.Length / chunks) + 1);
        for (var tries = 0; chunks > 1 && at < blob.Bytes.Length && tries < PatientClient.Tries * chunks; tries++)
        {
            var count = Math.Min(size, blob.Bytes.Length - at);
            var answer = await client.OnceAsync("PATCH", location, Bytes(blob.Bytes[at..(at + count)]), ("Content-Range", $"{at}-{at + count - 1}"));
            if (answer is { Status: 202 })
            {
                at += count;
                continue;
            }

            // As a client does that goes on: it asks how far it has come.
            await client.UntilReadyAsync();
            if (await client.TryAsync("GET", location) is not { Status: 204 } state)
            {
                return false;
            }

            at = ReadReceived(state);
        }

        var rest = at < blob.Bytes.Length ? blob.Bytes[at..] : [];
        return await client.TryAsync("PUT", $"{location}?digest={blob.Digest}", () => Bytes(rest)) is { Status: 201 };
    }

    private static int ReadReceived(Answer state)
    {
        var last = int.Parse(state.Header("Range")!.Split('-')[1], CultureInfo.InvariantCulture);
        return last == 0 ? 0 : last + 1;
    }
}
