using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Quartz;
using Registry.Gc.Jobs;
using Registry.Gc.Sweeping;
using Registry.Storage.Index;
using Registry.Storage.Tests.Content;
using Registry.Testing;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Jobs;

/// <summary>When the collection runs: one run at a time, none queued twice by the schedule, and what was missed is made up for.</summary>
public sealed class ScheduleTests : IAsyncDisposable
{
    private readonly TestContent content = new();
    private readonly SlowStep slow = new();
    private readonly Runs runs;
    private CollectionRunner runner;

    public ScheduleTests()
    {
        runs = new Runs(content.Contexts, content.Writer, content.Time);
        runner = NewRunner();
    }

    private DateTimeOffset Now => content.Time.GetUtcNow();

    [Fact]
    public async Task Runs_go_one_after_the_other_in_the_order_of_asking()
    {
        await runner.StartAsync(Token);
        var ids = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add(await runner.AddAsync("me", ReconcileScope.Due, Token));
        }

        foreach (var id in ids)
        {
            await Wait.UntilAsync(() => slow.Running == id, "the run to begin");
            Assert.Single(runs.List(before: null, 10), run => run.EndedAt is null && run.Step != Runs.Queued);
            slow.GoOn();
            await Wait.UntilAsync(() => runs.Find(id)!.EndedAt is not null, "the run to end");
        }

        Assert.Equal(1, slow.MostAtOnce);
    }

    [Fact]
    public async Task The_schedule_queues_one_run_behind_a_long_one_and_no_second()
    {
        await runner.StartAsync(Token);
        await runner.AddScheduledAsync(Token);
        await Wait.UntilAsync(() => slow.Running == 1, "the run to begin");
        for (var i = 0; i < 5; i++)
        {
            await runner.AddScheduledAsync(Token);
        }

        Assert.Equal(2, runs.List(before: null, 10).Count);
        slow.GoOn();
        await Wait.UntilAsync(() => slow.Running == 2, "the queued run to begin");
        await runner.AddScheduledAsync(Token);
        Assert.Equal(3, runs.List(before: null, 10).Count);
    }

    [Fact]
    public async Task A_run_that_somebody_has_queued_will_do_for_the_schedule()
    {
        await runner.AddAsync("me", ReconcileScope.All, Token);
        await runner.AddScheduledAsync(Token);
        Assert.Equal("me", Assert.Single(runs.List(before: null, 10)).By);
    }

    [Fact]
    public async Task What_was_running_or_queued_when_the_registry_was_stopped_has_ended_at_the_next_start()
    {
        await runner.StartAsync(Token);
        await runner.AddAsync("me", ReconcileScope.Due, Token);
        await runner.AddAsync("me", ReconcileScope.Due, Token);
        await Wait.UntilAsync(() => slow.Running == 1, "the run to begin");
        await runner.StopAsync(Token);
        runner = NewRunner();
        await runner.StartAsync(Token);
        Assert.All(runs.List(before: null, 10), run => Assert.Equal(Runs.Stopped, run.Error));
        Assert.Equal(2, runs.List(before: null, 10).Count);
    }

    [Theory]
    [InlineData(59, 0)]
    [InlineData(61, 1)]
    [InlineData(60 * 24 * 30, 1)]
    public async Task What_the_schedule_missed_while_the_registry_was_down_is_made_up_for_once(int minutesDown, int expected)
    {
        await AddRunAsync(error: null);
        content.Time.Advance(TimeSpan.FromMinutes(minutesDown));
        await StartAfterAsync("0 0 * * * ?");
        Assert.Equal(1 + expected, runs.List(before: null, 10).Count);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    public async Task A_scheduled_run_that_was_stopped_is_begun_anew_at_the_next_start_but_not_again_and_again(int stopped, int expected)
    {
        for (var i = 0; i < stopped; i++)
        {
            await AddRunAsync(Runs.Stopped);
        }

        await StartAfterAsync("0 0 0 1 1 ? 2099");
        Assert.Equal(stopped + expected, runs.List(before: null, 10).Count);
    }

    [Fact]
    public async Task The_first_run_of_all_can_be_missed_too()
    {
        await StartAfterAsync("0 0 * * * ?");
        Assert.Empty(runs.List(before: null, 10));
        await content.PushBlobAsync("r", "x");
        content.Time.Advance(TimeSpan.FromMinutes(61));
        await StartAfterAsync("0 0 * * * ?");
        Assert.Single(runs.List(before: null, 10));
    }

    [Fact]
    public async Task Quartz_has_the_schedule_in_utc_fires_a_misfire_once_and_no_job_twice_at_the_same_time()
    {
        await using var services = new ServiceCollection().AddLogging().AddSingleton(content.Windows).AddCollectionJobs(content.Windows).BuildServiceProvider();
        var scheduler = await services.GetRequiredService<ISchedulerFactory>().GetScheduler(Token);
        var trigger = Assert.IsType<ICronTrigger>(await scheduler.GetTrigger(new TriggerKey(nameof(CollectionJob)), Token), exactMatch: false);
        Assert.Equal((content.Windows.Schedule, TimeZoneInfo.Utc, (int)CronTriggerMisfireInstruction.FireAndProceed), (trigger.CronExpressionString, trigger.TimeZone, (int)trigger.MisfireInstruction));
        Assert.All(
            [typeof(CollectionJob), typeof(ExpireUploadsJob), typeof(DeleteCondemnedJob)],
            job => Assert.NotEmpty(job.GetCustomAttributes(typeof(DisallowConcurrentExecutionAttribute), inherit: false)));
        await scheduler.Shutdown(waitForJobsToComplete: true, Token);
    }

    public async ValueTask DisposeAsync()
    {
        slow.GoOnForEver();
        await runner.StopAsync(CancellationToken.None);
        runner.Dispose();
        await content.DisposeAsync();
    }

    private CollectionRunner NewRunner() =>
        new(new Sweeper([slow], content.Condemned, runs, new SweepClock(content.Time), NullLogger<Sweeper>.Instance), runs);

    private Task StartAfterAsync(string schedule) =>
        new MissedSchedule(runner, runs, content.Windows with { Schedule = schedule }, content.Time).StartAsync(Token);

    private async Task AddRunAsync(string? error) => await runs.EndAsync(await runs.AddAsync(Runs.Schedule, Token), error, Token);

    /// <summary>A step that stands still until the test lets it go on.</summary>
    private sealed class SlowStep : ISweepStep, IDisposable
    {
        private readonly SemaphoreSlim gate = new(0);
        private int atOnce;
        private long running;

        public long Running => Interlocked.Read(ref running);

        public int MostAtOnce { get; private set; }

        public string Name => "slow";

        public void GoOn() => gate.Release();

        public void GoOnForEver() => gate.Release(1000);

        public async Task<int> RunBatchAsync(SweepPass pass, int size, CancellationToken cancellationToken)
        {
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref atOnce));
            Interlocked.Exchange(ref running, pass.RunId);
            await gate.WaitAsync(cancellationToken);
            Interlocked.Decrement(ref atOnce);
            return 0;
        }

        public void Count(RunRow run, int removed)
        {
        }

        public void Dispose() => gate.Dispose();
    }
}
