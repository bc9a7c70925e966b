using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Registry.Storage.Tests.Buckets;

namespace Registry.Storage.Tests.Journal;

/// <summary>
/// Three processes on one bucket, in random order, stopped for any time before or after any call of the bucket, killed, started again on the same
/// data directory or another, while calls fail. At no moment may two of them answer, and what was acknowledged is in the journal.
/// </summary>
public sealed class OwnershipPropertyTests
{
    private static readonly Gen<int> Process = Gen.Int[0, 2];

    private static readonly Gen<Act> Simple = Gen.Frequency(
        (8, Process.Select(p => new Act($"{p} steps", w => w.StepAsync(p)))),
        (8, Gen.Int[1, 40].Select(t => new Act($"{t} quarters of a second pass, all live", w => w.LiveAsync(t, [0, 1, 2])))),
        (4, Gen.Select(Process, Gen.Int[1, 80], (p, t) => new Act($"{t} quarters of a second pass, {p} lives alone", w => w.LiveAsync(t, [p])))),
        (3, Gen.Int[1, 80].Select(t => new Act($"{t} quarters of a second pass, nobody lives", w => w.LiveAsync(t, [])))),
        (3, Process.Select(p => new Act($"{p} pushes", w => w.PushAsync(p)))),
        (2, Process.Select(p => new Act($"{p} is killed and started elsewhere", w => w.RestartAsync(p)))),
        (3, Process.Select(p => new Act($"{p} is killed and started again on its data directory", w => w.RestartHereAsync(p)))),
        (2, Process.Select(p => new Act($"{p} releases and starts elsewhere", w => w.ReleaseAsync(p)))),
        (1, Gen.Select(Process, Gen.Int[-30, 30], (p, s) => new Act($"the clock of {p} is set {s} s off", w => w.SetClockAsync(p, s)))));

    private static readonly Gen<Act> Any = Gen.Frequency(
        (5, Simple),
        (3, Gen.Select(Process, Simple.List[1, 4], Gen.Int[0, 3], Gen.Bool, (p, meanwhile, skip, before) => new Act(
            $"{p} steps, and {(before ? "before" : "after")} its call {skip}: [{string.Join("; ", meanwhile.Select(a => a.What))}]", w => w.InterruptedAsync(p, skip, before, meanwhile)))),
        (1, Gen.Select(Process, Gen.Int[0, 3], Gen.Bool, (p, skip, before) => new Act($"{p} steps, and its call {skip} fails {(before ? "before" : "after")} it takes effect", w => w.FailingAsync(p, skip, before)))));

    [Fact]
    public async Task Never_do_two_answer_and_nothing_acknowledged_is_lost() =>
        await Any.List[10, 60].SampleAsync(
            async acts =>
            {
                using var world = new World();
                foreach (var act in acts)
                {
                    await act.Do(world);
                    world.Check();
                }
            },
            iter: 3000,
            threads: 1,
            print: acts => string.Join('\n', acts.Select(a => a.What)));

    private sealed record Act(string What, Func<World, Task> Do);

    private sealed class World : IDisposable
    {
        private readonly FakeTimeProvider time = new();
        private readonly MemoryBucket bucket = new();
        private readonly Contender[] processes;
        private readonly bool[] busy = new bool[3];
        private readonly HashSet<Contender> lost = [];
        private readonly List<(long Number, byte[] Bytes)> acknowledged = [];
        private int started;

        public World()
        {
            processes = [New(), New(), New()];
            bucket.After = (_, _) => Check();
        }

        public void Check()
        {
            Assert.True(processes.Count(p => p.Ownership.IsHeld) <= 1, "Two may answer: " + string.Join(", ", processes.Where(p => p.Ownership.IsHeld).Select(p => p.Who)));
            foreach (var one in processes.Where(p => p.Lease.IsLost))
            {
                lost.Add(one);
            }

            Assert.All(lost, one => Assert.False(one.Lease.IsHeld));
            Assert.All(acknowledged, push => Assert.Equal(push.Bytes, bucket.Objects[MemoryJournal.NameOf(push.Number)]));
        }

        public async Task StepAsync(int p)
        {
            // One that is stopped in the middle of a call goes no further.
            if (!busy[p])
            {
                await processes[p].StepAsync();
            }
        }

        public async Task LiveAsync(int quarters, int[] living)
        {
            for (var i = 0; i < quarters; i++)
            {
                foreach (var p in living.Where(p => !busy[p]))
                {
                    await processes[p].StepIfDueAsync();
                }

                time.Advance(TimeSpan.FromSeconds(0.25));
                Check();
            }
        }

        public async Task PushAsync(int p)
        {
            var process = processes[p];
            if (!busy[p] && process.Ownership.IsHeld && await process.PushAsync("push"))
            {
                acknowledged.Add((process.Journal.Number, bucket.Objects[MemoryJournal.NameOf(process.Journal.Number)]));
            }
        }

        public Task RestartAsync(int p) => StartAsync(p, New());

        public Task RestartHereAsync(int p) => StartAsync(p, New(processes[p].Instance));

        public async Task ReleaseAsync(int p)
        {
            if (!busy[p])
            {
                await processes[p].Ownership.ReleaseAsync(TestContext.Current.CancellationToken);
                await RestartAsync(p);
            }
        }

        public Task SetClockAsync(int p, int seconds)
        {
            processes[p].ClockIsOff = TimeSpan.FromSeconds(seconds);
            return Task.CompletedTask;
        }

        public Task InterruptedAsync(int p, int skip, bool before, List<Act> meanwhile) => WithHookAsync(p, skip, before, () =>
        {
            foreach (var act in meanwhile)
            {
                act.Do(this).GetAwaiter().GetResult();
            }
        });

        public Task FailingAsync(int p, int skip, bool before) => WithHookAsync(p, skip, before, () => throw new IOException("away"));

        public void Dispose() => Array.ForEach(processes, p => p.Dispose());

        private Task StartAsync(int p, Contender process)
        {
            processes[p] = process;
            busy[p] = false;
            return Task.CompletedTask;
        }

        private async Task WithHookAsync(int p, int skip, bool before, Action hook)
        {
            if (busy[p])
            {
                return;
            }

            var (left, process) = (skip, processes[p]);
            Action<string, string> once = (_, _) =>
            {
                if (left-- == 0)
                {
                    // What comes meanwhile is not stopped in turn.
                    bucket.Before = (_, _) => { };
                    bucket.After = (_, _) => Check();
                    hook();
                    if (processes[p] != process)
                    {
                        // It was killed meanwhile: the call that was on its way comes late, and there is no other.
                        bucket.Before = (_, _) => throw new IOException("dead");
                    }
                }

                Check();
            };
            (bucket.Before, bucket.After) = before ? (once, bucket.After) : (bucket.Before, once);
            busy[p] = true;
            await process.StepAsync();
            busy[p] = false;
            bucket.Before = (_, _) => { };
            bucket.After = (_, _) => Check();
        }

        private Contender New(string? instance = null) => new(bucket, time, $"process {++started}", instance);
    }
}
