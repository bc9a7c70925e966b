using Registry.Conformance.Requirements;
using Registry.Conformance.Target;
using Registry.Testing;

namespace Registry.Conformance.Control;

/// <summary>The suite on trial: it must tell a registry of the whole specification from one that is known to lack some.</summary>
public sealed class ControlTests
{
    /// <summary>What Debian's docker-registry 2.8 is known to lack.</summary>
    private static readonly string[] MustNotPass =
    [
        $"{nameof(ListingReferrers)}.{nameof(ListingReferrers.List_is_an_index)}",
        $"{nameof(ListingReferrers)}.{nameof(ListingReferrers.Referrer_is_listed)}",
        $"{nameof(ListingReferrers)}.{nameof(ListingReferrers.Put_says_the_subject)}",
        $"{nameof(ListingReferrers)}.{nameof(ListingReferrers.Filter_by_artifact_type)}",
        $"{nameof(DigestAlgorithms)}.{nameof(DigestAlgorithms.Put_with_sha512)}",
        $"{nameof(DigestAlgorithms)}.{nameof(DigestAlgorithms.Manifest_by_sha512)}",
        $"{nameof(DigestAlgorithms)}.{nameof(DigestAlgorithms.Unknown_digest_algorithm_is_400)}",
        $"{nameof(PushingTags)}.{nameof(PushingTags.Put_says_each_tag)}",
        $"{nameof(PushingTags)}.{nameof(PushingTags.Each_tag_can_be_pulled)}",
        $"{nameof(Deleting)}.{nameof(Deleting.Deleted_tag_is_gone)}",
    ];

    /// <summary>What every registry does: where these fail, the suite is at fault.</summary>
    private static readonly string[] MustPass =
    [
        $"{nameof(DeterminingSupport)}.{nameof(DeterminingSupport.Base_answers_200)}",
        $"{nameof(PullingManifests)}.{nameof(PullingManifests.Get_by_tag_answers_the_manifest)}",
        $"{nameof(PullingManifests)}.{nameof(PullingManifests.Get_by_digest_answers_the_manifest)}",
        $"{nameof(PullingBlobs)}.{nameof(PullingBlobs.Get_answers_the_blob)}",
        $"{nameof(CheckingExistence)}.{nameof(CheckingExistence.Head_of_a_blob_says_the_size)}",
        $"{nameof(PushingBlobs)}.{nameof(PushingBlobs.Put_answers_where_the_blob_is)}",
        $"{nameof(PushingInChunks)}.{nameof(PushingInChunks.Close_after_chunks_answers_where_the_blob_is)}",
        $"{nameof(PushingManifests)}.{nameof(PushingManifests.Put_by_tag_answers_where_the_manifest_is)}",
        $"{nameof(MountingBlobs)}.{nameof(MountingBlobs.Mount_answers_where_the_blob_is)}",
        $"{nameof(ListingTags)}.{nameof(ListingTags.List_answers_name_and_tags)}",
        $"{nameof(Deleting)}.{nameof(Deleting.Delete_of_a_manifest_is_202_or_refused)}",
    ];

    [Fact]
    public async Task Control_fails_what_it_lacks_and_passes_the_basics_and_the_table_says_so()
    {
        Tool.Require(DebianRegistry.Program);
        await using var ourProcess = await RegistryProcess.StartAsync();
        await using var controlProcess = new DebianRegistry();
        await using var ours = await RegistryUnderTest.AtAsync(ourProcess.Url);
        await using var control = await RegistryUnderTest.AtAsync(await controlProcess.StartAsync());
        var results = new List<Result>();
        foreach (var requirement in RequirementTable.All)
        {
            var (ourVerdict, ourReason) = await requirement.TryAsync(ours);
            var (controlVerdict, controlReason) = await requirement.TryAsync(control);
            results.Add(new Result(requirement, ourVerdict, controlVerdict));
            Note(requirement, "ours", ourVerdict, ourReason);
            Note(requirement, "control", controlVerdict, controlReason);
        }

        var passed = results.Where(result => result.Control == Verdict.Pass).Select(result => result.Requirement.Name).ToHashSet();
        Assert.Equal([], MustNotPass.Intersect(passed));
        Assert.Equal([], MustPass.Except(passed));
        await CompareWithTablesAsync(results, await DebianRegistry.VersionAsync());
    }

    [Fact]
    public void Every_requirement_has_a_sentence_of_its_own()
    {
        var all = RequirementTable.All;
        Assert.NotEmpty(all);
        Assert.Equal(all.Count, all.Select(requirement => (requirement.Section, requirement.Sentence)).Distinct().Count());
        Assert.Empty(MustNotPass.Concat(MustPass).Except(all.Select(requirement => requirement.Name)));
    }

    private static void Note(Requirement requirement, string registry, Verdict verdict, string reason)
    {
        if (verdict != Verdict.Pass)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{verdict}, {registry}: {requirement.Name}\n{reason}\n");
        }
    }

    /// <summary>Verdicts of another version of the control may differ from the tables, which are about one.</summary>
    private static async Task CompareWithTablesAsync(IReadOnlyList<Result> results, string version)
    {
        var details = Path.Combine(Checkout.Folder, "conformance", "RESULTS.md");
        if (Environment.GetEnvironmentVariable("REGISTRY_WRITE_DOCS") == "1"
            || (await File.ReadAllTextAsync(details)).Contains($"version {version},", StringComparison.Ordinal))
        {
            await WrittenBlock.CheckAsync(details, "results", ResultsTable.ByRequirement(results, version));
            await WrittenBlock.CheckAsync(Path.Combine(Checkout.Folder, "README.md"), "conformance", ResultsTable.BySection(results, version));
        }
    }
}
