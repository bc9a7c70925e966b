using CsCheck;
using Registry.Gc.Sweeping;
using Registry.Storage.Blobs;
using Registry.Storage.Content;
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
        (4, Gen.Select(Gen.Int[0, 99], Gen.Int[1, 3], (s, size) => new Step($"batch of step {s}", w => w.SweepBatchAsync(s, size)))),
        (4, Gen.Const(new Step("a batch of every step", w => w.SweepAllAsync()))),
        (3, Gen.Const(new Step("delete what is condemned and due", w => w.DeleteCondemnedAsync()))),
        (2, Gen.Select(Repository, Text, (r, t) => new Step($"begin to upload {t} to {r}", w => w.Uploads.BeginAsync(r, t)))),
        (2, Gen.Int[0, 9].Select(i => new Step($"a request brings the bytes of upload {i}", w => w.Uploads.BringAsync(i)))),
        (2, Gen.Int[0, 9].Select(i => new Step($"a request begins to bring the bytes of upload {i}", w => w.Uploads.BeginToBringAsync(i)))),
        (2, Gen.Const(new Step("the requests that were begun end", w => w.Uploads.EndRequestsAsync()))),
        (2, Gen.Int[0, 9].Select(i => new Step($"seal upload {i}", w => w.SealAsync(i)))),
        (1, Gen.Int[0, 60].Select(hours => new Step($"an object appears that nothing names, {hours} h old", w => w.StrayAsync(hours)))),
        (2, Gen.Const(new Step("compare blob store and index", w => w.CompareAsync()))),
        (2, Gen.Const(new Step("look for differences", w => w.LookAsync()))),
        (2, Gen.Const(new Step("settle the differences that were seen", w => w.SettleAsync()))),
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
        private readonly List<PartDifferences> seen = [];

        public World()
        {
            ledger = new PromiseLedger(content.Windows.Promise);
            Uploads = new UnfinishedUploads(content);
        }

        public UnfinishedUploads Uploads { get; }

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
            if (await content.Blobs.DeleteAsync(Name(repository), DigestOf(text), "me", Token) is null)
            {
                ledger.BlobDeleted(repository, DigestOf(text));
            }
        }

        public async Task SweepBatchAsync(int step, int size) => await content.SweepSteps[step % content.SweepSteps.Count].RunBatchAsync(new SweepPass(0, Now), size, Token);

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

        public async Task SealAsync(int upload)
        {
            if (await Uploads.SealAsync(upload) is { } blob)
            {
                ledger.BlobYes(blob.Repository, blob.Digest, Now);
            }
        }

        public async Task StrayAsync(int hours)
        {
            await using var stray = await content.Store.OpenWriteAsync(StorageKey.New(Now - TimeSpan.FromHours(hours)), 0, Token);
            await stray!.WriteAsync(new byte[2], Token);
        }

        public async Task CompareAsync()
        {
            await LookAsync();
            await SettleAsync();
        }

        public async Task LookAsync()
        {
            foreach (var part in (await content.StoredAsync()).Select(o => o.Key.Part).Distinct())
            {
                seen.Add(await content.Comparison.FindDifferencesAsync(part, Now - content.Windows.UploadExpiry, Token));
            }
        }

        public async Task SettleAsync()
        {
            foreach (var differences in seen)
            {
                await content.Comparison.SettleAsync(differences, new RunTime(0, Now, Now + content.Windows.Drain), Token);
            }

            seen.Clear();
        }

        public async Task CrashAsync()
        {
            await Uploads.BreakOffAsync();
            await content.CrashAsync();
        }

        /// <summary>Looks without asking the registry, which would renew promises.</summary>
        public async Task CheckAsync(string what)
        {
            var objects = await content.StoredAsync();
            var stored = objects.Select(o => o.Key.ToString()).ToHashSet();
            foreach (var (repository, blob) in ledger.PromisedBlobs(Now))
            {
                Assert.True(IsReadable(repository, blob, stored), $"After '{what}': {repository} has lost {blob}, which was promised.");
            }

            foreach (var (repository, manifest, blobs) in ledger.LiveManifests(Now))
            {
                Assert.True(content.Read(db => HasManifest(db, repository, manifest)), $"After '{what}': {repository} has lost the manifest {manifest}.");
                Assert.All(blobs, blob => Assert.True(IsReadable(repository, blob, stored), $"After '{what}': {repository} has lost {blob} of a live manifest."));
            }

            CheckNames(what, objects);
            CheckTotals(what);
        }

        public async ValueTask DisposeAsync()
        {
            await Uploads.BreakOffAsync();
            await content.DisposeAsync();
        }

        /// <summary>A stored object has one name at most, and what a session has acknowledged is there.</summary>
        private void CheckNames(string what, IReadOnlyList<StoredObject> objects)
        {
            var sessions = content.Read(db => db.UploadSessions.ToList());
            var names = sessions.Select(s => s.StorageKey).Concat(content.Read(db => db.Blobs.Select(b => b.StorageKey).ToList())).Concat(content.Read(db => db.Condemned.Select(c => c.StorageKey).ToList())).ToList();
            Assert.True(names.Count == names.Distinct().Count(), $"After '{what}': an object has two names.");
            var sizes = objects.ToDictionary(o => o.Key.ToString(), o => o.Size);
            Assert.All(sessions.Where(s => s.Received > 0), s => Assert.True(sizes.GetValueOrDefault(s.StorageKey) >= s.Received, $"After '{what}': an upload has lost its bytes."));
        }

        private void CheckTotals(string what)
        {
            var totals = content.Read(db => db.Totals.Single());
            var sums = content.Read(db => (db.Blobs.LongCount(), db.Blobs.Sum(b => b.Size), db.Condemned.Sum(c => c.Size), db.UploadSessions.Sum(s => s.Received)));
            Assert.True(sums == (totals.Blobs, totals.BlobBytes, totals.CondemnedBytes, totals.UploadBytes), $"After '{what}': the running totals differ from {sums}.");
        }

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
