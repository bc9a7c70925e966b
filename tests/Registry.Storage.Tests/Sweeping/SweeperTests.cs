using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Registry.Gc.Sweeping;
using Registry.Storage.Index;
using Registry.Storage.Tests.Content;
using Registry.Testing;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Sweeping;

public sealed class SweeperTests : IAsyncDisposable
{
    private readonly TestContent content = new();

    [Fact]
    public async Task A_step_that_fails_stands_in_the_run_and_the_steps_after_it_are_done()
    {
        var (broken, sound) = (new FakeStep("broken", fails: true), new FakeStep("sound", fails: false));
        var runs = new Runs(content.Contexts, content.Writer, content.Time);
        var run = await runs.AddAsync("test", Token);
        await new Sweeper([broken, sound], content.Condemned, runs, new SweepClock(content.Time), NullLogger<Sweeper>.Instance).RunAsync(run, ReconcileScope.Due, Token);
        var ended = runs.Find(run.Id)!;
        Assert.Equal(("The step 'broken' failed: The disk is on fire.", 3L), (ended.Error, ended.Links));
        Assert.NotNull(ended.EndedAt);
    }

    [Fact]
    public async Task A_run_whose_end_cannot_be_written_down_waits_until_it_can()
    {
        var runs = new Runs(content.Contexts, content.Writer, content.Time);
        var run = await runs.AddAsync("test", Token);
        await content.Writer.WriteAsync(db => db.Database.ExecuteSqlRaw("CREATE TRIGGER full BEFORE UPDATE ON runs BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"), Token);
        var ending = new Sweeper([], content.Condemned, runs, new SweepClock(content.Time), NullLogger<Sweeper>.Instance).RunAsync(run, ReconcileScope.Due, Token);
        await content.Writer.WriteAsync(db => 0, Token);
        Assert.False(ending.IsCompleted);
        await content.Writer.WriteAsync(db => db.Database.ExecuteSqlRaw("DROP TRIGGER full"), Token);
        await Wait.UntilAsync(
            () =>
            {
                content.Time.Advance(TimeSpan.FromSeconds(10));
                return ending.IsCompleted;
            },
            "the end of the run is written down");
        await ending;
        Assert.NotNull(runs.Find(run.Id)!.EndedAt);
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();

    private sealed class FakeStep(string name, bool fails) : ISweepStep
    {
        private int left = 3;

        public string Name => name;

        public void Count(RunRow run, int removed) => run.Links += removed;

        public Task<int> RunBatchAsync(SweepPass pass, int size, CancellationToken cancellationToken) =>
            fails ? throw new IOException("The disk is on fire.") : Task.FromResult(left-- > 0 ? 1 : 0);
    }
}
