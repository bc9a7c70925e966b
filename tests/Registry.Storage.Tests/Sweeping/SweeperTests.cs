using Microsoft.Extensions.Logging.Abstractions;
using Registry.Gc.Sweeping;
using Registry.Storage.Index;
using Registry.Storage.Tests.Content;
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
