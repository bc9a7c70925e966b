using Microsoft.EntityFrameworkCore;
using Registry.Gc.Sweeping;
using Registry.Storage.Content;
using Registry.Storage.Index;
using Registry.Storage.Model;
using Registry.Storage.Tests.Content;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Sweeping;

/// <summary>What the registry remembers is forgotten in its time, and repositories with nothing in them go.</summary>
public sealed class RecordTests : IAsyncDisposable
{
    private readonly TestContent content = new();

    private DateTimeOffset Now => content.Time.GetUtcNow();

    private TimeSpan Keep => content.Windows.KeepRecords;

    [Fact]
    public async Task Runs_receipts_pulls_and_samples_are_forgotten_when_they_are_old_and_not_before()
    {
        await AddAsync(db =>
        {
            db.Receipts.Add(new ReceiptRow { At = Now, Kind = "object", Name = "x", FreedBytes = 1, Reason = "test", By = "test" });
            db.Pulls.Add(new PullRow { RepositoryId = 1, Day = PullRow.DayOf(Now), Tag = "", Digest = "sha256:x", At = Now });
            db.StorageSamples.Add(new StorageSampleRow { At = Now, StoredBytes = 1, NamedBytes = 1 });
        });
        var first = await content.SweepAsync();
        content.Time.Advance(Keep);
        await content.SweepAsync();
        Assert.Equal((1, 1, 1), Counts());
        Assert.NotNull(content.Read(db => db.Runs.FirstOrDefault(r => r.Id == first.Id)));
        content.Time.Advance(TimeSpan.FromDays(1));
        await content.SweepAsync();
        Assert.Equal((0, 0, 0), Counts());
        Assert.Equal(2, content.Read(db => db.Runs.Count()));
    }

    [Fact]
    public async Task A_run_that_has_not_ended_and_the_last_scheduled_one_stay()
    {
        await AddAsync(db => db.Runs.AddRange(
            new RunRow { By = Runs.Schedule, StartedAt = Now, EndedAt = Now, Step = "x" },
            new RunRow { By = Runs.Schedule, StartedAt = Now, EndedAt = Now, Step = "x" },
            new RunRow { By = "me", StartedAt = Now, EndedAt = Now, Step = "x" },
            new RunRow { By = "me", StartedAt = Now, Step = "x" }));
        content.Time.Advance(Keep + TimeSpan.FromDays(1));
        var run = await content.SweepAsync();
        Assert.Equal([2L, 4L, run.Id], content.Read(db => db.Runs.OrderBy(r => r.Id).Select(r => r.Id).ToList()));
    }

    [Fact]
    public async Task A_plan_of_very_many_rows_goes_in_short_batches()
    {
        const int Rows = 100_000;
        await AddAsync(db => db.Plans.Add(new PlanRow { MadeAt = Now, MadeBy = "me", AppliedAt = Now }));
        await content.Writer.WriteAsync(
            db => db.Database.ExecuteSql($"""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows})
                INSERT INTO planned_tags SELECT 1, i, 1, 'r', 't', i, 'sha256:x', 0, NULL, 1, 'rule', 'reason', 0 FROM n
                """),
            Token);
        content.Time.Advance(Keep + TimeSpan.FromDays(1));
        var (pass, size, longest) = (new SweepPass(0, Now), new BatchSize(), TimeSpan.Zero);
        var step = content.SweepSteps.OfType<RecordStep>().Single();
        while (await step.RunBatchAsync(pass, size.Value, Token) > 0)
        {
            size.LearnFrom(pass);
            longest = pass.Took > longest ? pass.Took : longest;
        }

        // What it takes here is a few milliseconds; a machine that is busy may be slower.
        Assert.InRange(longest, TimeSpan.Zero, TimeSpan.FromMilliseconds(500));
        Assert.Equal((0, 0), content.Read(db => (db.Plans.Count(), db.PlannedTags.Count())));
    }

    [Fact]
    public async Task A_plan_that_nobody_applied_is_forgotten_after_a_week()
    {
        await AddAsync(db => db.Plans.AddRange(new PlanRow { MadeAt = Now, MadeBy = "me" }, new PlanRow { MadeAt = Now, MadeBy = "me", AppliedAt = Now }));
        await AddAsync(db => db.PlannedManifests.Add(new PlannedManifestRow { PlanId = 1, ManifestId = 1, Repository = "r", Digest = "sha256:x", PushedAt = Now, Size = 1 }));
        content.Time.Advance(PlanRow.KeptUnapplied);
        await content.SweepAsync();
        Assert.Equal(2, content.Read(db => db.Plans.Count()));
        content.Time.Advance(TimeSpan.FromMinutes(1));
        await content.SweepAsync();
        Assert.Equal((2L, 0), content.Read(db => (db.Plans.Single().Id, db.PlannedManifests.Count())));
    }

    [Fact]
    public async Task Tag_history_stays_while_its_manifest_is_there_or_the_tag_points_there_still()
    {
        var blob = await content.PushBlobAsync("r", "x");
        var other = await content.PushBlobAsync("r", "y");
        await content.PutManifestAsync("r", ["moved", "other"], blob);
        await content.PutManifestAsync("r", ["moved"], other);
        content.Time.Advance(Keep + TimeSpan.FromDays(10));
        await content.SweepAsync();
        Assert.Equal(3, content.Read(db => db.TagHistory.Count()));

        await content.Removal.DeleteTagAsync(Name("r"), Tag.Parse("other"), "me", Token);
        content.Time.Advance(TimeSpan.FromDays(10));
        await content.SweepAsync();
        Assert.Equal(["other", "moved"], content.Read(db => db.TagHistory.OrderBy(h => h.Id).Select(h => h.Tag).ToList()));
        content.Time.Advance(Keep);
        await content.SweepAsync();
        Assert.Equal(("moved", null), content.Read(db => db.TagHistory.Select(h => new ValueTuple<string, DateTimeOffset?>(h.Tag, h.To)).Single()));
    }

    [Fact]
    public async Task A_repository_with_nothing_in_it_goes_and_one_with_anything_or_that_is_new_stays()
    {
        var blob = await content.PushBlobAsync("full", "x");
        await content.PutManifestAsync("full", ["latest"], blob);
        await content.PushBlobAsync("emptied", "y");
        content.Time.Advance(2 * content.Windows.Promise);
        Assert.Equal(1, (await content.SweepAsync()).Repositories);
        Assert.Equal(["full"], Repositories());

        await content.Sessions.BeginAsync(Name("new"), DigestAlgorithm.Sha256, Token);
        content.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, (await content.SweepAsync()).Repositories);
        Assert.Equal(["full", "new"], Repositories());
        content.Time.Advance(content.Windows.UploadExpiry);
        Assert.Equal(1, (await content.SweepAsync()).Repositories);
        Assert.Equal(["emptied", "new"], content.Read(db => db.Receipts.Where(r => r.Kind == "repository").Select(r => r.Name).ToList()));
    }

    [Fact]
    public async Task A_repository_whose_tags_are_remembered_stays_until_they_are_forgotten()
    {
        var blob = await content.PushBlobAsync("r", "x");
        var manifest = await content.PutManifestAsync("r", ["latest"], blob);
        await content.Removal.DeleteAsync(Name("r"), manifest, "me", Token);
        content.Time.Advance(TimeSpan.FromDays(10));
        Assert.Equal(0, (await content.SweepAsync()).Repositories);
        content.Time.Advance(Keep);
        Assert.Equal(1, (await content.SweepAsync()).Repositories);
        Assert.Equal((0, 0), content.Read(db => (db.Repositories.Count(), db.TagHistory.Count())));
        await content.PushBlobAsync("r", "x");
        Assert.NotEqual(1, content.Read(db => db.Repositories.Single().Id));
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();

    private (int Receipts, int Pulls, int Samples) Counts() => content.Read(db => (db.Receipts.Count(), db.Pulls.Count(), db.StorageSamples.Count()));

    private List<string> Repositories() => content.Read(db => db.Repositories.OrderBy(r => r.Name).Select(r => r.Name).ToList());

    private Task<int> AddAsync(Action<IndexContext> add) =>
        content.Writer.WriteAsync(
            db =>
            {
                add(db);
                return db.SaveChanges();
            },
            Token);
}
