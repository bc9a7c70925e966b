using CsCheck;
using Registry.Gc.Sweeping;
using Registry.Storage.Index;
using Registry.Storage.Model;
using Registry.Storage.Tests.Content;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Sweeping;

/// <summary>
/// Random sequences of what clients do and of single batches of the sweep, with time passing and a crash between any two.
/// After each of them every promise holds: what was said yes to is there with its bytes.
/// </summary>
public sealed class InterleavingTests
{
    private static readonly string[] Repositories = ["one", "two"];
    private static readonly string[] Contents = ["a", "b"];

    private static readonly Gen<string> Repository = Gen.OneOf(Repositories);
    private static readonly Gen<string> Text = Gen.OneOf(Contents);

    private static readonly Gen<Step> AnyStep = Gen.Frequency(
        (3, Gen.Select(Repository, Text, (r, t) => new Step($"push {t} to {r}", w => w.PushAsync(r, t)))),
        (6, Gen.Select(Repository, Text, (r, t) => new Step($"look for {t} in {r}", w => w.FindAsync(r, t)))),
        (2, Gen.Select(Repository, Text, (r, t) => new Step($"mount {t} into {r}", w => w.MountAsync(r, t)))),
        (3, Gen.Select(Repository, Text, Gen.Bool, (r, t, tagged) => new Step($"put a manifest of {t} into {r}{(tagged ? ", tagged" : "")}", w => w.PutAsync(r, t, tagged)))),
        (2, Gen.Select(Repository, (r) => new Step($"delete the tag in {r}", w => w.DeleteTagAsync(r)))),
        (1, Gen.Select(Repository, Text, (r, t) => new Step($"delete the manifest of {t} in {r}", w => w.DeleteManifestAsync(r, t)))),
        (1, Gen.Select(Repository, Text, (r, t) => new Step($"delete {t} in {r}", w => w.DeleteBlobAsync(r, t)))),
        (4, Gen.Select(Gen.Int[0, 5], Gen.Int[1, 3], (s, size) => new Step($"batch of step {s}", w => w.SweepBatchAsync(s, size)))),
        (4, Gen.Const(new Step("a batch of every step", w => w.SweepAllAsync()))),
        (3, Gen.Const(new Step("delete what is condemned and due", w => w.DeleteCondemnedAsync()))),
        (8, Gen.Int[1, 20].Select(hours => new Step($"{hours} h pass", w => w.PassAsync(hours)))),
        (1, Gen.Const(new Step("crash", w => w.CrashAsync()))));

    [Fact]
    public async Task Every_promise_holds_whatever_comes_in_whatever_order() =>
        await AnyStep.List[20, 90].SampleAsync(
            async steps =>
            {
                await using var world = new World();
                foreach (var step in steps)
                {
                    await step.Do(world);
                    await world.CheckAsync(step.What);
                }
            },
            iter: 60,
            threads: 1,
            print: steps => string.Join('\n', steps.Select(step => step.What)));

    private sealed record Step(string What, Func<World, Task> Do);

    /// <summary>A registry, and what its clients remember.</summary>
    private sealed class World : IAsyncDisposable
    {
        private readonly TestContent content = new();
        private readonly PromiseLedger ledger;

        public World() => ledger = new PromiseLedger(content.Windows.Promise);

        private DateTimeOffset Now => content.Time.GetUtcNow();

        public async Task PushAsync(string repository, string text) => ledger.BlobYes(repository, await content.PushBlobAsync(repository, text), Now);

        public async Task FindAsync(string repository, string text)
        {
            if ((await content.Blobs.FindAsync(Name(repository), DigestOf(text), Token)).Error is null)
            {
                ledger.BlobYes(repository, DigestOf(text), Now);
            }
        }

        public async Task MountAsync(string repository, string text)
        {
            if (await content.Blobs.MountAsync(Name(repository), DigestOf(text), from: null, _ => true, Token))
            {
                ledger.BlobYes(repository, DigestOf(text), Now);
            }
        }

        public async Task PutAsync(string repository, string text, bool tagged)
        {
            var promised = ledger.PromisedBlobs(Now).Contains((repository, DigestOf(text)));
            var put = await content.TryPutAsync(repository, tagged ? ["latest"] : [], MediaTypes.OciManifest, ManifestJson(DigestOf(text)));
            Assert.True(!promised || put.Error is null, $"The blob was promised, and the manifest refused: {put.Error}");
            if (put.Error is null)
            {
                ledger.ManifestYes(repository, put.Value, [DigestOf(text)], tagged ? "latest" : null, Now);
            }
        }

        public async Task DeleteTagAsync(string repository)
        {
            if (await content.Removal.DeleteTagAsync(Name(repository), Tag.Parse("latest"), "me", Token) is null)
            {
                ledger.TagDeleted(repository, "latest");
            }
        }

        public async Task DeleteManifestAsync(string repository, string text)
        {
            if (await content.Removal.DeleteAsync(Name(repository), DigestOf(ManifestJson(DigestOf(text))), "me", Token) is null)
            {
                ledger.ManifestDeleted(repository, DigestOf(ManifestJson(DigestOf(text))));
            }
        }

        public async Task DeleteBlobAsync(string repository, string text)
        {
            if (await content.Blobs.DeleteAsync(Name(repository), DigestOf(text), Token) is null)
            {
                ledger.BlobDeleted(repository, DigestOf(text));
            }
        }

        public async Task SweepBatchAsync(int step, int size) => await content.SweepSteps[step].RunBatchAsync(new SweepPass(0, Now), size, Token);

        public async Task SweepAllAsync()
        {
            for (var step = 0; step < content.SweepSteps.Count; step++)
            {
                await SweepBatchAsync(step, 3);
            }
        }

        public async Task DeleteCondemnedAsync() => await content.Condemned.DeleteDueAsync(Token);

        public Task PassAsync(int hours)
        {
            content.Time.Advance(TimeSpan.FromHours(hours));
            return Task.CompletedTask;
        }

        public Task CrashAsync() => content.CrashAsync();

        /// <summary>Looks without asking the registry, which would renew promises.</summary>
        public async Task CheckAsync(string what)
        {
            var stored = (await content.StoredAsync()).Select(o => o.Key.ToString()).ToHashSet();
            foreach (var (repository, blob) in ledger.PromisedBlobs(Now))
            {
                Assert.True(IsReadable(repository, blob, stored), $"After '{what}': {repository} has lost {blob}, which was promised.");
            }

            foreach (var (repository, manifest, blobs) in ledger.LiveManifests(Now))
            {
                Assert.True(content.Read(db => HasManifest(db, repository, manifest)), $"After '{what}': {repository} has lost the manifest {manifest}.");
                Assert.All(blobs, blob => Assert.True(IsReadable(repository, blob, stored), $"After '{what}': {repository} has lost {blob} of a live manifest."));
            }
        }

        public ValueTask DisposeAsync() => content.DisposeAsync();

        private bool IsReadable(string repository, Digest blob, HashSet<string> stored)
        {
            var text = blob.ToString();
            var key = content.Read(db => db.Links.Where(l => l.Blob!.Digest == text && l.Blob.Finding == null && db.Repositories.Any(r => r.Id == l.RepositoryId && r.Name == repository))
                .Select(l => l.Blob!.StorageKey).FirstOrDefault());
            return key is not null && stored.Contains(key);
        }

        private static bool HasManifest(IndexContext db, string repository, Digest manifest)
        {
            var text = manifest.ToString();
            return db.Manifests.Any(m => m.Digest == text && db.Repositories.Any(r => r.Id == m.RepositoryId && r.Name == repository));
        }
    }
}
