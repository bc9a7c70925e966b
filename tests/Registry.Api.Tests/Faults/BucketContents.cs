using Microsoft.EntityFrameworkCore;
using Registry.Storage.Buckets;
using Registry.Storage.Index;
using Registry.Testing;

namespace Registry.Api.Tests.Faults;

/// <summary>What there is in the bucket, beside what the index of a running registry names.</summary>
internal static class BucketContents
{
    /// <summary>Compares all with the index once, and then waits until what is condemned has gone: nothing without a name is left.</summary>
    public static async Task CollectAsync(RegistryProcess registry, S3Options bucket, ITestOutputHelper output)
    {
        output.WriteLine($"before: {string.Join(", ", (await FindUnnamedAsync(registry, bucket)).GroupBy(name => name.Split('/')[0]).Select(g => $"{g.Key} {g.Count()}"))} without a name");
        output.WriteLine(await CollectAsync(registry, "--reconcile"));
        Assert.Equal([], await FindUnnamedAsync(registry, bucket));
        await Wait.UntilAsync(
            async () =>
            {
                await CollectAsync(registry);
                return await CountCondemnedAsync(registry) == 0;
            },
            "what was condemned has gone");
        Assert.Equal([], await FindUnnamedAsync(registry, bucket));
    }

    /// <summary>Stored objects, unfinished uploads and tails that the index does not name, or whose blob is whole without them.</summary>
    private static async Task<IReadOnlyList<string>> FindUnnamedAsync(RegistryProcess registry, S3Options bucket)
    {
        await using var db = Open(registry);
        var cancelled = TestContext.Current.CancellationToken;
        var others = (await db.UploadSessions.Select(s => s.StorageKey).Concat(db.Condemned.Select(c => c.StorageKey)).ToListAsync(cancelled)).ToHashSet();
        var named = (await db.Blobs.Select(b => b.StorageKey).ToListAsync(cancelled)).Union(others).ToHashSet();
        var unnamed = new List<string>();
        foreach (var name in await S3Server.ListAsync(bucket))
        {
            var isTail = name.StartsWith("tails/", StringComparison.Ordinal);
            if (isTail ? !others.Contains("blobs/" + name["tails/".Length..name.LastIndexOf('.')]) : name.StartsWith("blobs/", StringComparison.Ordinal) && !named.Contains(name))
            {
                unnamed.Add(name);
            }
        }

        unnamed.AddRange((await S3Server.ListUploadsAsync(bucket)).Where(upload => !others.Contains(upload.Key[bucket.Prefix.Length..])).Select(upload => $"uploads/{upload.Key}"));
        return unnamed;
    }

    private static async Task<int> CountCondemnedAsync(RegistryProcess registry)
    {
        await using var db = Open(registry);
        return await db.Condemned.CountAsync(TestContext.Current.CancellationToken);
    }

    private static Task<string> CollectAsync(RegistryProcess registry, params string[] more) =>
        Tool.RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "Registry.Api.dll"), "gc", "run", "--wait", .. more, "--server", registry.Url.ToString()]);

    private static IndexContext Open(RegistryProcess registry)
    {
        var options = new DbContextOptionsBuilder<IndexContext>();
        IndexDatabase.Configure(options, registry.DataDirectory);
        return new IndexContext(options.Options);
    }
}
