using Registry.Testing;

namespace Registry.Storage.Tests.Protocol;

/// <summary>
/// The models in docs/model, each state of them looked at: the promise holds, and without any one of its guards it does
/// not. docs/model/README.md has these tables with their reasons.
/// </summary>
public sealed class ModelTests : IDisposable
{
    private const string Promise = "promise.pml";
    private const string Names = "names.pml";
    private const string Owner = "ownership.pml";
    private const string Index = "SCENE_INDEX";
    private const string Objects = "SCENE_OBJECTS";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("registry-model-");

    [Theory]
    [InlineData(Promise, Index)]
    [InlineData(Promise, Objects)]
    [InlineData(Names, "SCENE_ALL")]
    [InlineData(Owner, "SCENE_ALL")]
    public async Task The_promise_holds_in_every_state(string model, string scene)
    {
        var output = await CheckAsync(model, [scene], "-O2", "-DCOLLAPSE");
        Assert.Contains("errors: 0", output, StringComparison.Ordinal);
        Assert.DoesNotContain("not completed", output, StringComparison.Ordinal);
        Assert.DoesNotContain("too small", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("promise_kept", Promise, Index, "WITHOUT_RENEWAL")]
    [InlineData("promise_kept", Promise, Index, "WITHOUT_SECOND_LOOK")]
    [InlineData("promise_kept", Promise, Objects, "WITHOUT_END_IN_CHANGE")]
    [InlineData("reader_finds_bytes", Promise, Index, "WITHOUT_ROW_IDS")]
    [InlineData("promise_kept", Promise, Index, "WITHOUT_MOUNT_RENEWAL")]
    [InlineData("promise_kept", Promise, Index, "WITHOUT_MOUNT_CHECK")]
    [InlineData("manifest_whole", Promise, Index, "WITHOUT_EDGE_CHECK")]
    [InlineData("promise_kept", Promise, Index, "WITHOUT_PROMISE_AT_DROP")]
    [InlineData("promise_kept", Promise, Index, "WITHOUT_MANIFEST_CONDITION")]
    [InlineData("promise_kept", Promise, Index, "WITHOUT_ROW_CONDITION")]
    [InlineData("promise_kept", Promise, Index, "WITHOUT_LINK_CONDITION")]
    [InlineData("name_has_bytes", Promise, Index, "WITHOUT_ROW_BEFORE_OBJECT")]
    [InlineData("bytes_have_a_name", Promise, Objects, "WITHOUT_ROW_AFTER_OBJECT")]
    [InlineData("reader_finds_bytes", Promise, Index, "WITHOUT_DRAIN")]
    [InlineData("reader_finds_bytes", Promise, Objects, "WITHOUT_DRAIN")]
    [InlineData("delete_hits_nothing", Promise, Objects, "WITHOUT_FRESH_KEYS")]
    [InlineData("bytes_have_a_name", Promise, Objects, "WITHOUT_TAKING")]
    [InlineData("delete_hits_nothing", Promise, Index, "WITHOUT_NAMES_IN_CHANGE")]
    [InlineData("manifest_whole", Promise, Index, "WITHOUT_EDGE_CONDITION", "WITHOUT_END_CLEARED")]
    [InlineData("manifest_whole", Promise, Index, "WITHOUT_EDGE_CONDITION", "WITHOUT_NEED_KEPT")]
    [InlineData("promise_kept", Names, "WITHOUT_RENEWAL")]
    [InlineData("promise_kept", Names, "WITHOUT_SECOND_LOOK")]
    [InlineData("promise_kept", Names, "WITHOUT_PROMISE_AT_NAME_LOSS")]
    [InlineData("promise_kept", Names, "WITHOUT_ROW_CONDITION")]
    [InlineData("pin_holds", Names, "WITHOUT_PIN_CONDITION")]
    [InlineData("pin_holds", Names, "WITHOUT_PIN_REFUSAL")]
    [InlineData("names_lead_somewhere", Names, "WITHOUT_RESTORE_LOOK")]
    [InlineData("need_is_known", Names, "WITHOUT_RESTORE_NAMED")]
    [InlineData("plan_is_exact", Names, "WITHOUT_PLAN_RECHECK")]
    [InlineData("plan_is_exact", Names, "WITHOUT_PLAN_PIN_CONDITION")]
    [InlineData("names_lead_somewhere", Names, "WITHOUT_PART_CHECK")]
    [InlineData("need_is_known", Names, "WITHOUT_PART_NAMED")]
    [InlineData("need_is_known", Names, "WITHOUT_OTHER_NAMES")]
    [InlineData("one_answers", Owner, "WITHOUT_LONGER_PATIENCE")]
    [InlineData("one_answers", Owner, "WITHOUT_JOURNAL_SIGN")]
    [InlineData("one_answers", Owner, "WITHOUT_RELEASED_NUMBER")]
    [InlineData("one_answers", Owner, "WITHOUT_KNOWN_NUMBER")]
    [InlineData("one_answers", Owner, "WITHOUT_CONFIRMED_CLAIM")]
    [InlineData("one_answers", Owner, "WITHOUT_HELD_AT_BEAT")]
    [InlineData("push_survives", Owner, "WITHOUT_CONDITION")]
    [InlineData("push_survives", Owner, "WITHOUT_CLAIMS_KEPT")]
    public async Task Without_a_guard_it_breaks(string property, string model, params string[] definitions)
    {
        // Breadth first: few states, and a counterexample as short as can be.
        var output = await CheckAsync(model, definitions, "-DBFS");
        Assert.Contains($"assertion violated {property} ", output, StringComparison.Ordinal);
        Assert.Contains("errors: 1", output, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>Makes the checker of a model and runs it; returns what it says.</summary>
    private async Task<string> CheckAsync(string model, string[] definitions, params string[] search)
    {
        Tool.Require("spin");
        Tool.Require("gcc");
        string[] options = [.. definitions.Select(d => "-D" + d), "-a", Path.Combine(Checkout.Folder, "docs", "model", model)];
        await Tool.RunAsync("spin", options, workingDirectory: folder.FullName);
        await Tool.RunAsync("gcc", ["-DSAFETY", "-DMEMLIM=2000", .. search, "-o", "pan", "pan.c"], workingDirectory: folder.FullName);
        return await Tool.RunAsync(Path.Combine(folder.FullName, "pan"), ["-m2000000"], workingDirectory: folder.FullName);
    }
}
