using CsCheck;
using Registry.Storage.Model;
using Registry.Storage.Tests.Content;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Planning;

/// <summary>What a plan says that it frees is what is freed: random registries, planned, applied, and collected to the end.</summary>
public sealed class ExactBytesTests
{
    private static readonly string[] Repositories = ["one", "two"];

    private static readonly Gen<Thing> AnyThing = Gen.Select(
        Gen.OneOf(Repositories), Gen.Int[0, 5], Gen.Int[0, 5], Gen.OneOf(["image", "image", "image", "index", "referrer", "signature"]), Gen.OneOf(["b1", "b2", "b3", "b4", "keep", ""]),
        (repository, one, other, kind, tag) => new Thing(repository, one, other, kind, tag));

    [Fact]
    public async Task A_plan_frees_exactly_the_bytes_and_the_manifests_that_it_lists() =>
        await Gen.Select(AnyThing.List[3, 25], Gen.Int[1, 2]).SampleAsync(
            async (things, newest) =>
            {
                await using var content = new TestContent();
                foreach (var thing in things)
                {
                    await PushAsync(content, thing);
                    content.Time.Advance(TimeSpan.FromMinutes(10));
                }

                // What is garbage already is none of the plan's.
                await CollectAsync(content);
                await content.SetPolicyAsync($$"""{ "version": 1, "mode": "shadow", "rules": [ { "name": "builds", "repositories": ["**"], "tags": ["b*"], "keep": { "newest": {{newest}} } } ] }""");
                var plan = await content.PlanAsync();
                var listed = content.Plans.Manifests(plan.Id, 0, 1000).Select(m => m.ManifestId).ToHashSet();
                var (bytesBefore, manifestsBefore) = (await BytesAsync(content), Manifests(content));
                if (plan.Tags > 0)
                {
                    Assert.Null((await content.PlanApplication.ApplyAsync(plan.Id, "admin", Token)).Refusal);
                }

                await CollectAsync(content);
                Assert.Equal(plan.BlobBytes, bytesBefore - await BytesAsync(content));
                Assert.Equal(listed.Order(), manifestsBefore.Except(Manifests(content)).Order());
            },
            iter: 25,
            threads: 1);

    private static async Task PushAsync(TestContent content, Thing thing)
    {
        // Every blob has another length, so that a wrong one shows in the sum.
        async Task<Digest> BlobAsync(int number) => await content.PushBlobAsync(thing.Repository, new string((char)('a' + number), 1 << number));
        var image = await content.PutManifestAsync(thing.Repository, thing.Kind == "image" ? thing.Tags : [], await BlobAsync(thing.One), await BlobAsync(thing.Other));
        switch (thing.Kind)
        {
            case "index":
                await content.PutIndexAsync(thing.Repository, thing.Tags, image);
                break;
            case "referrer":
                var about = $$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.OciManifest}}}","config":{"mediaType":"x","digest":"{{{await BlobAsync(thing.Other)}}}","size":1},"layers":[],"subject":{"mediaType":"x","digest":"{{{image}}}","size":1}}""";
                await content.TryPutAsync(thing.Repository, thing.Tags, MediaTypes.OciManifest, about);
                break;
            case "signature":
                await content.PutManifestAsync(thing.Repository, [$"{image.ToString().Replace(':', '-')}.sig"], await BlobAsync(thing.Other));
                break;
            default:
                break;
        }
    }

    private static async Task CollectAsync(TestContent content)
    {
        // A chain of an index, its child and that one's referrer needs its time for each.
        for (var run = 0; run < 6; run++)
        {
            content.Time.Advance(TimeSpan.FromDays(4));
            await content.SweepAsync();
        }
    }

    private static async Task<long> BytesAsync(TestContent content) => (await content.StoredAsync()).Sum(o => o.Size);

    private static List<long> Manifests(TestContent content) => content.Read(db => db.Manifests.Select(m => m.Id).ToList());

    private sealed record Thing(string Repository, int One, int Other, string Kind, string Tag)
    {
        public string[] Tags => Tag.Length == 0 ? [] : [Tag];
    }
}
