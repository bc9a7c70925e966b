using Registry.Storage.Content;
using Registry.Storage.Model;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Content;

public sealed class ManifestTests : IAsyncDisposable
{
    private readonly TestContent content = new();

    [Fact]
    public async Task It_is_served_byte_for_byte_with_its_media_type()
    {
        var json = "  " + ManifestJson(await content.PushBlobAsync("r", "x")) + "\r\n\t";
        var digest = (await content.TryPutAsync("r", ["latest"], MediaTypes.OciManifest, json)).Value;
        var found = (await content.Manifests.PullAsync(Name("r"), Reference.To(Tag.Parse("latest")), Token)).Value;
        Assert.Equal(json, System.Text.Encoding.UTF8.GetString(found.Body));
        Assert.Equal((digest, MediaTypes.OciManifest), (found.Digest, found.MediaType));
    }

    [Fact]
    public async Task A_missing_edge_is_named_and_nothing_is_kept()
    {
        var there = await content.PushBlobAsync("r", "x");
        var absent = DigestOf("absent");
        var refused = await content.TryPutAsync("r", ["latest"], MediaTypes.OciManifest, ManifestJson(there, absent));
        Assert.Equal(ErrorKind.ManifestBlobUnknown, refused.Error!.Kind);
        Assert.Contains(absent.ToString(), refused.Error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(there.ToString(), refused.Error.Message, StringComparison.Ordinal);
        Assert.False(await content.CanPullAsync("r", "latest"));
        Assert.NotNull(content.KeptUntil("r", there));
    }

    [Theory]
    [InlineData("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip")]
    [InlineData("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")]
    public async Task A_layer_that_lives_elsewhere_need_not_be_there(string mediaType)
    {
        var config = await content.PushBlobAsync("r", "x");
        var json = ManifestJson(config).Replace("\"layers\":[]", $$"""
            "layers":[{"mediaType":"{{mediaType}}","digest":"{{DigestOf("elsewhere")}}","size":9}]
            """, StringComparison.Ordinal);
        Assert.Null((await content.TryPutAsync("r", ["latest"], MediaTypes.OciManifest, json)).Error);
    }

    [Fact]
    public async Task An_edge_of_another_repository_does_not_count()
    {
        var blob = await content.PushBlobAsync("other", "x");
        Assert.Equal(ErrorKind.ManifestBlobUnknown, (await content.TryPutAsync("r", [], MediaTypes.OciManifest, ManifestJson(blob))).Error!.Kind);
    }

    [Fact]
    public async Task A_cache_index_that_lists_blobs_under_manifests_keeps_them()
    {
        var blob = await content.PushBlobAsync("r", "cache");
        await content.PutIndexAsync("r", ["cache"], blob);
        Assert.Null(content.KeptUntil("r", blob));
    }

    [Fact]
    public async Task A_manifest_may_name_many_edges()
    {
        var blobs = new List<Digest>();
        for (var i = 0; i < 450; i++)
        {
            blobs.Add(await content.PushBlobAsync("r", $"blob {i}"));
        }

        var manifest = await content.PutManifestAsync("r", ["latest"], [.. blobs]);
        Assert.Equal(450, content.Read(db => db.BlobEdges.Count()));
        await content.Removal.DeleteAsync(Name("r"), manifest, "me", Token);
        Assert.Equal(450, content.Read(db => db.Links.Count(l => l.KeptUntil != null)));
    }

    [Fact]
    public async Task A_child_of_an_index_cannot_be_deleted_before_it()
    {
        var child = await content.PutManifestAsync("r", ["child"], await content.PushBlobAsync("r", "x"));
        var index = await content.PutIndexAsync("r", ["multi"], child);
        var refused = await content.Removal.DeleteAsync(Name("r"), child, "me", Token);
        Assert.Equal(ErrorKind.ManifestInUse, refused!.Kind);
        Assert.Contains(index.ToString(), refused.Message, StringComparison.Ordinal);
        Assert.Null(await content.Removal.DeleteAsync(Name("r"), index, "me", Token));
        Assert.Null(await content.Removal.DeleteAsync(Name("r"), child, "me", Token));
        Assert.False(await content.CanPullAsync("r", "child"));
    }

    [Fact]
    public async Task A_blob_that_a_manifest_needs_cannot_be_deleted()
    {
        var blob = await content.PushBlobAsync("r", "x");
        var manifest = await content.PutManifestAsync("r", [], blob);
        var refused = await content.Blobs.DeleteAsync(Name("r"), blob, "me", Token);
        Assert.Equal(ErrorKind.BlobInUse, refused!.Kind);
        Assert.Contains(manifest.ToString(), refused.Message, StringComparison.Ordinal);
        Assert.Equal("x", await content.PullBlobAsync("r", blob));
    }

    [Fact]
    public async Task Of_pushes_that_race_for_one_tag_exactly_one_wins()
    {
        var onlyIfAbsent = new TagCondition(null, MustExist: false, null, MustNotExist: true);
        var manifests = new List<string>();
        for (var i = 0; i < 32; i++)
        {
            manifests.Add(ManifestJson(await content.PushBlobAsync("r", $"{i}")));
        }

        var outcomes = await Task.WhenAll(manifests.Select(json => Task.Run(() => content.TryPutAsync("r", ["v1"], MediaTypes.OciManifest, json, onlyIfAbsent), Token)));
        var winner = Assert.Single(outcomes, o => o.Error is null);
        Assert.All(outcomes.Where(o => o.Error is not null), o => Assert.Equal(ErrorKind.PreconditionFailed, o.Error!.Kind));
        Assert.Equal(winner.Value, (await content.Manifests.PullAsync(Name("r"), Reference.To(Tag.Parse("v1")), Token)).Value.Digest);
        Assert.Equal(1, content.Read(db => db.Manifests.Count()));
    }

    [Fact]
    public async Task A_condition_compares_with_what_the_tag_points_to()
    {
        var first = await content.PutManifestAsync("r", ["v1"], await content.PushBlobAsync("r", "1"));
        var json = ManifestJson(await content.PushBlobAsync("r", "2"));
        Assert.NotNull((await PutIfAsync(new TagCondition([DigestOf("other")], false, null, false))).Error);
        Assert.NotNull((await PutIfAsync(new TagCondition(null, false, [first], false))).Error);
        Assert.NotNull((await PutIfAsync(new TagCondition(null, true, null, false), "absent")).Error);
        Assert.NotNull((await PutIfAsync(new TagCondition([first], false, null, false), "absent")).Error);
        Assert.Null((await PutIfAsync(new TagCondition([DigestOf("other"), first], false, null, false))).Error);

        Task<Outcome<Digest>> PutIfAsync(TagCondition condition, string tag = "v1") => content.TryPutAsync("r", [tag], MediaTypes.OciManifest, json, condition);
    }

    [Fact]
    public async Task Of_several_tags_in_one_push_either_all_move_or_none()
    {
        await content.PutManifestAsync("r", ["b"], await content.PushBlobAsync("r", "1"));
        var json = ManifestJson(await content.PushBlobAsync("r", "2"));
        Assert.NotNull((await content.TryPutAsync("r", ["a", "b"], MediaTypes.OciManifest, json, new TagCondition(null, false, null, MustNotExist: true))).Error);
        Assert.False(await content.CanPullAsync("r", "a"));
        Assert.Null((await content.TryPutAsync("r", ["a", "b"], MediaTypes.OciManifest, json)).Error);
        Assert.True(await content.CanPullAsync("r", "a"));
    }

    [Fact]
    public async Task The_tag_history_says_what_a_tag_pointed_to_from_when_to_when_and_by_whom()
    {
        var (t0, day) = (content.Time.GetUtcNow(), TimeSpan.FromDays(1));
        var blob = await content.PushBlobAsync("r", "x");
        var first = (await content.TryPutAsync("r", ["v1"], MediaTypes.OciManifest, ManifestJson(blob), by: "alice")).Value;
        content.Time.Advance(day);
        await content.TryPutAsync("r", ["v1"], MediaTypes.OciManifest, ManifestJson(blob), by: "again");
        content.Time.Advance(day);
        var second = (await content.TryPutAsync("r", ["v1"], MediaTypes.OciManifest, ManifestJson(blob) + "\n", by: "bob")).Value;
        content.Time.Advance(day);
        await content.Removal.DeleteTagAsync(Name("r"), Tag.Parse("v1"), "carol", Token);

        var history = content.Read(db => db.TagHistory.OrderBy(h => h.Id).ToList());
        Assert.Collection(
            history,
            h => Assert.Equal(("v1", first.ToString(), t0, "alice", t0 + (2 * day), "bob", "moved"), (h.Tag, h.Digest, h.From, h.FromBy, h.To!.Value, h.ToBy, h.ToReason)),
            h => Assert.Equal(("v1", second.ToString(), t0 + (2 * day), "bob", t0 + (3 * day), "carol", "deleted"), (h.Tag, h.Digest, h.From, h.FromBy, h.To!.Value, h.ToBy, h.ToReason)));
    }

    [Fact]
    public async Task Deleting_a_manifest_ends_the_history_of_its_tags()
    {
        var manifest = await content.PutManifestAsync("r", ["a", "b"], await content.PushBlobAsync("r", "x"));
        await content.Removal.DeleteAsync(Name("r"), manifest, "me", Token);
        Assert.Equal(["manifest deleted", "manifest deleted"], content.Read(db => db.TagHistory.Select(h => h.ToReason).ToList()));
    }

    [Fact]
    public async Task A_pull_is_remembered_and_written_later_in_one_batch()
    {
        var blob = await content.PushBlobAsync("r", "x");
        var manifest = await content.PutManifestAsync("r", ["v1", "v2"], blob);
        content.Time.Advance(TimeSpan.FromDays(1));
        await content.CanPullAsync("r", "v1");
        Assert.Null(content.ManifestRow("r", manifest).LastPulledAt);
        await content.Pulls.FlushAsync(Token);
        Assert.Equal(content.Time.GetUtcNow(), content.ManifestRow("r", manifest).LastPulledAt);
        Assert.Equal([content.Time.GetUtcNow(), null], content.Read(db => db.Tags.OrderBy(t => t.Name).Select(t => t.LastPulledAt).ToList()));
        content.Time.Advance(TimeSpan.FromDays(1));
        await content.CanPullAsync("r", manifest.ToString());
        await content.Pulls.FlushAsync(Token);
        Assert.Equal(content.Time.GetUtcNow(), content.ManifestRow("r", manifest).LastPulledAt);
    }

    [Fact]
    public async Task Pulls_are_written_when_the_registry_stops()
    {
        var manifest = await content.PutManifestAsync("r", ["v1"], await content.PushBlobAsync("r", "x"));
        await content.Pulls.StartAsync(Token);
        await content.CanPullAsync("r", "v1");
        await content.Pulls.StopAsync(Token);
        Assert.NotNull(content.ManifestRow("r", manifest).LastPulledAt);
    }

    [Fact]
    public async Task The_same_bytes_keep_the_media_type_they_were_pushed_with()
    {
        var json = $$"""{"config":{"digest":"{{await content.PushBlobAsync("r", "x")}}","size":1} }""";
        var digest = (await content.TryPutAsync("r", ["a"], MediaTypes.OciManifest, json)).Value;
        var refused = await content.TryPutAsync("r", ["b"], MediaTypes.DockerManifest, json);
        Assert.Equal(ErrorKind.ManifestInvalid, refused.Error!.Kind);
        Assert.Contains(MediaTypes.OciManifest, refused.Error.Message, StringComparison.Ordinal);
        Assert.False(await content.CanPullAsync("r", "b"));
        Assert.Equal(MediaTypes.OciManifest, content.ManifestRow("r", digest).MediaType);
    }

    [Fact]
    public async Task A_layer_must_be_there_as_a_blob_and_a_child_as_a_manifest()
    {
        var blob = await content.PushBlobAsync("r", "x");
        var manifest = await content.PutManifestAsync("r", [], blob);
        var asLayer = (await content.TryPutAsync("r", [], MediaTypes.OciManifest, ManifestJson(blob, manifest))).Error!;
        Assert.Equal(ErrorKind.ManifestBlobUnknown, asLayer.Kind);
        Assert.Contains($"{manifest} as a blob", asLayer.Message, StringComparison.Ordinal);
        var child = $$$"""{"manifests":[{"mediaType":"{{{MediaTypes.OciManifest}}}","digest":"{{{blob}}}","size":1}]}""";
        var asChild = (await content.TryPutAsync("r", [], MediaTypes.OciIndex, child)).Error!;
        Assert.Equal(ErrorKind.ManifestBlobUnknown, asChild.Kind);
        Assert.Contains($"{blob} as a manifest", asChild.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_a_manifest_with_many_tags_ends_the_history_of_each()
    {
        var tags = Enumerable.Range(0, 300).Select(i => $"t{i}").ToArray();
        var manifest = await content.PutManifestAsync("r", tags, await content.PushBlobAsync("r", "x"));
        await content.PutManifestAsync("r", ["other"], DigestOf("x"), DigestOf("x"));
        Assert.Null(await content.Removal.DeleteAsync(Name("r"), manifest, "me", Token));
        Assert.Equal(["other"], content.Read(db => db.Tags.Select(t => t.Name).ToList()));
        Assert.Equal(300, content.Read(db => db.TagHistory.Count(h => h.To != null && h.ToBy == "me" && h.ToReason == "manifest deleted")));
        Assert.Equal(1, content.Read(db => db.TagHistory.Count(h => h.To == null)));
    }

    [Fact]
    public async Task Pulls_whose_writing_is_broken_off_are_written_later()
    {
        var manifest = await content.PutManifestAsync("r", ["latest"], await content.PushBlobAsync("r", "x"));
        Assert.True(await content.CanPullAsync("r", "latest"));
        using var stopping = new CancellationTokenSource();
        await stopping.CancelAsync();
        await content.Pulls.FlushAsync(stopping.Token);
        Assert.Null(content.ManifestRow("r", manifest).LastPulledAt);
        await content.Pulls.FlushAsync(Token);
        Assert.NotNull(content.ManifestRow("r", manifest).LastPulledAt);
    }

    [Fact]
    public async Task What_a_client_deletes_has_a_receipt_too()
    {
        var (blob, spare) = (await content.PushBlobAsync("r", "1"), await content.PushBlobAsync("r", "2"));
        var manifest = await content.PutManifestAsync("r", ["a", "b"], blob);
        await content.Removal.DeleteTagAsync(Name("r"), Tag.Parse("a"), "alice", Token);
        await content.Removal.DeleteAsync(Name("r"), manifest, "bob", Token);
        await content.Blobs.DeleteAsync(Name("r"), spare, "carol", Token);
        Assert.Equal(
            [("tag", "a", "alice"), ("tag", "b", "bob"), ("manifest", manifest.ToString(), "bob"), ("link", spare.ToString(), "carol")],
            content.Read(db => db.Receipts.OrderBy(r => r.Id).ToList().ConvertAll(r => (r.Kind, r.Name, r.By))));
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();
}
