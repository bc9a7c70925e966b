using CsCheck;
using Registry.Gc.Sweeping;
using Registry.Storage.Index;
using Registry.Storage.Journal;
using Registry.Storage.Model;
using Registry.Storage.Tests.Buckets;
using Registry.Storage.Tests.Content;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Journal;

/// <summary>
/// Hosts that die, lose their disks, are replaced while they sleep and come back, with a bucket whose answers get lost: whatever was acknowledged is
/// there on the next one, whole.
/// </summary>
public sealed class SurvivalTests
{
    private const int Names = 4;

    private static readonly Gen<Step> Steps = Gen.Frequency(
        (8, Gen.Select(Gen.Int[0, Names - 1], Gen.Int[0, Names - 1]).Select((tag, content) => new Step("push", tag, content))),
        (2, Gen.Int[0, Names - 1].Select(tag => new Step("delete tag", tag, 0))),
        (1, Gen.Int[0, Names - 1].Select(content => new Step("delete manifest", 0, content))),
        (2, Gen.Int[0, Names - 1].Select(content => new Step("push blob", 0, content))),
        (2, Gen.Const(new Step("flush", 0, 0))),
        (2, Gen.Const(new Step("snapshot", 0, 0))),
        (2, Gen.Int[1, 60].Select(hours => new Step("collect", hours, 0))),
        (2, Gen.Const(new Step("kill", 0, 0))),
        (2, Gen.Const(new Step("lose the disk", 0, 0))),
        (2, Gen.Const(new Step("replace", 0, 0))),
        (2, Gen.Const(new Step("the former owner wakes", 0, 0))),
        (3, Gen.Int[1, 4].Select(call => new Step("fail before", call, 0))),
        (3, Gen.Int[1, 4].Select(call => new Step("fail after", call, 0))));

    [Fact]
    public async Task What_was_acknowledged_is_there_on_the_next_host() =>
        await Steps.Array[1, 25].SampleAsync(
            async steps =>
            {
                await using var world = new World();
                foreach (var step in steps)
                {
                    await world.RunAsync(step);
                }

                await world.CheckAsync();
            },
            iter: 40,
            threads: 2);

    private sealed record Step(string What, int One, int Two)
    {
        public override string ToString() => $"{What} {One} {Two}";
    }

    private sealed class World : IAsyncDisposable
    {
        private readonly TestBucket bucket = new();
        private readonly List<TestContent> hosts = [];
        private readonly Dictionary<string, HashSet<string>> tags = [];
        private readonly Dictionary<string, Digest> manifests = [];
        private TestContent? owner;
        private TestContent? former;

        public async Task RunAsync(Step step)
        {
            owner ??= await NewOwnerAsync();
            switch (step.What)
            {
                case "push":
                    await PushAsync(owner, $"t{step.One}", $"c{step.Two}");
                    break;
                case "delete tag":
                    await DeleteTagAsync($"t{step.One}");
                    break;
                case "delete manifest":
                    await DeleteManifestAsync($"c{step.Two}");
                    break;
                case "push blob":
                    await TryAsync(() => owner.PushBlobAsync("r", $"b{step.Two}"));
                    break;
                case "flush":
                    await TryAsync(() => owner.Writer.FlushAsync(Token));
                    break;
                case "snapshot":
                    await TryAsync(() => owner.Get<SnapshotTaking>().TakeAsync(Token));
                    break;
                case "collect":
                    await CollectAsync(owner, TimeSpan.FromHours(step.One), ReconcileScope.Due);
                    break;
                case "kill":
                    await owner.CrashAsync();
                    await TakeOverAsync(owner);
                    break;
                case "lose the disk":
                    owner = await NewOwnerAsync();
                    break;
                case "replace":
                    bucket.Time.Advance(TimeSpan.FromSeconds(10));
                    (former, owner) = (owner, await NewOwnerAsync());
                    break;
                case "the former owner wakes":
                    await WakeFormerAsync();
                    break;
                default:
                    Fail(step);
                    break;
            }
        }

        /// <summary>Looks on a new host, which has nothing but the bucket.</summary>
        public async Task CheckAsync()
        {
            Heal();
            owner ??= await NewOwnerAsync();
            await owner.Writer.FlushAsync(Token);
            var next = await NewOwnerAsync();
            Assert.Equal(IndexDump.Of(owner), IndexDump.Of(next));
            foreach (var (content, digest) in manifests)
            {
                Assert.True(await next.CanPullAsync("r", digest.ToString()), $"The manifest of {content} has gone.");
                Assert.Equal(content, await next.PullBlobAsync("r", DigestOf(content)));
            }

            foreach (var (tag, digests) in tags)
            {
                var found = next.Read(db => (from t in db.Tags where t.Name == tag join m in db.Manifests on t.ManifestId equals m.Id select m.Digest).FirstOrDefault()) ?? "";
                Assert.Contains(found, digests);
            }

            await CollectAsync(next, TimeSpan.FromDays(3), ReconcileScope.All);
            await CollectAsync(next, TimeSpan.FromDays(3), ReconcileScope.All);
            var named = next.Read(db => db.Blobs.Select(b => b.StorageKey).ToList().Concat(db.UploadSessions.Select(s => s.StorageKey).ToList()).Concat(db.Condemned.Select(c => c.StorageKey).ToList()).ToHashSet());
            Assert.All(await next.StoredAsync(), stored => Assert.Contains(stored.Key.ToString(), named));
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var host in hosts)
            {
                await host.DisposeAsync();
            }

            bucket.Dispose();
        }

        private static async Task<bool> TryAsync(Func<Task> work)
        {
            try
            {
                await work();
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }

        private async Task PushAsync(TestContent host, string tag, string content)
        {
            var digest = default(Digest);
            var done = await TryAsync(async () => digest = await host.PutManifestAsync("r", [tag], await host.PushBlobAsync("r", content)));
            var manifest = DigestOf(ManifestJson(DigestOf(content)));
            if (done)
            {
                Assert.Equal(manifest, digest);
                (manifests[content], tags[tag]) = (manifest, [manifest.ToString()]);
            }
            else
            {
                Possible(tag).Add(manifest.ToString());
            }
        }

        private async Task DeleteTagAsync(string tag)
        {
            RegistryError? refusal = null;
            if (await TryAsync(async () => refusal = await owner!.Removal.DeleteTagAsync(Name("r"), Tag.Parse(tag), "ci", Token)))
            {
                tags[tag] = [""];
            }
            else
            {
                Possible(tag).Add("");
            }
        }

        private async Task DeleteManifestAsync(string content)
        {
            var manifest = DigestOf(ManifestJson(DigestOf(content)));
            var done = await TryAsync(() => owner!.Removal.DeleteAsync(Name("r"), manifest, "ci", Token));
            manifests.Remove(content);
            foreach (var possible in tags.Values.Where(digests => digests.Contains(manifest.ToString())))
            {
                possible.Add("");
                if (done)
                {
                    possible.Remove(manifest.ToString());
                }
            }
        }

        private async Task CollectAsync(TestContent host, TimeSpan later, ReconcileScope scope)
        {
            Heal();
            bucket.Time.Advance(later);
            var lease = host.Get<Lease>();
            lease.Confirm(lease.Now());
            await host.SweepAsync(scope);
            // Untagged manifests are gone after their time, by right.
            foreach (var content in manifests.Keys.Where(content => !tags.Values.Any(digests => digests.SetEquals([manifests[content].ToString()]))).ToList())
            {
                manifests.Remove(content);
            }
        }

        /// <summary>It was paused, not killed: whatever it does now must not be acknowledged.</summary>
        private async Task WakeFormerAsync()
        {
            if (former is null)
            {
                return;
            }

            Heal();
            // As if its clocks had stood still meanwhile: even then the journal does not take anything from it.
            former.Get<Lease>().Confirm(former.Get<Lease>().Now());
            Assert.False(await TryAsync(async () => await former.PutManifestAsync("r", ["t0"], await former.PushBlobAsync("r", "of a former owner"))));
            former = null;
        }

        private void Fail(Step step)
        {
            var left = step.One;
            Action<string, string> fail = (_, _) =>
            {
                if (--left == 0)
                {
                    throw new IOException("lost");
                }
            };
            Heal();
            if (step.What == "fail before")
            {
                bucket.Objects.Before = fail;
            }
            else
            {
                bucket.Objects.After = fail;
            }
        }

        private void Heal() => (bucket.Objects.Before, bucket.Objects.After) = ((_, _) => { }, (_, _) => { });

        private HashSet<string> Possible(string tag) => tags.TryGetValue(tag, out var digests) ? digests : tags[tag] = [""];

        private async Task<TestContent> NewOwnerAsync()
        {
            var content = On(bucket);
            hosts.Add(content);
            await TakeOverAsync(content);
            return content;
        }

        private async Task TakeOverAsync(TestContent content)
        {
            Heal();
            var (index, lease) = (content.Get<IFollowedIndex>(), content.Get<Lease>());
            await index.OpenAsync(new Progress<RestoreProgress>(), Token);
            do
            {
                await index.CatchUpAsync(new Progress<RestoreProgress>(), Token);
            }
            while (!await index.TryTakeOverAsync("test", Token));
            lease.Confirm(lease.Now());
        }
    }
}
