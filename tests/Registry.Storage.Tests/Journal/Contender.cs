using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Registry.Storage.Journal;
using Registry.Storage.Tests.Buckets;

namespace Registry.Storage.Tests.Journal;

/// <summary>One process that wants the bucket, taken step by step. It is paused while nobody takes it further.</summary>
internal sealed class Contender : IDisposable
{
    private readonly MachineTime time;
    private DateTimeOffset next;

    public Contender(MemoryBucket bucket, FakeTimeProvider real, string who, string? instance = null)
    {
        time = new MachineTime(real);
        Who = who;
        Instance = instance ?? who;
        Lease = new Lease(time, TakeoverTimes.Default);
        Journal = new MemoryJournal(bucket, Lease);
        Ownership = new Ownership(new OwnerBoard(bucket, new OwnerIdentity(Instance, who), TakeoverTimes.Default, time), Journal, Lease, time, NullLogger<Ownership>.Instance);
        next = real.GetUtcNow();
        Real = real;
    }

    public string Who { get; }

    public string Instance { get; }

    public Lease Lease { get; }

    public MemoryJournal Journal { get; }

    public Ownership Ownership { get; }

    public OwnershipPhase Phase => Ownership.State.Phase;

    private FakeTimeProvider Real { get; }

    /// <summary>How far the machine's clock is from the real one. Its monotonic one is right.</summary>
    public TimeSpan ClockIsOff
    {
        set => time.Off = value;
    }

    public async Task StepAsync()
    {
        if (Phase != OwnershipPhase.Fenced)
        {
            next = Real.GetUtcNow() + await Ownership.StepAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>As it goes by itself: a step if one is due.</summary>
    public async Task StepIfDueAsync()
    {
        while (Phase != OwnershipPhase.Fenced && next <= Real.GetUtcNow())
        {
            var before = next;
            await StepAsync();
            if (next > before && next > Real.GetUtcNow())
            {
                return;
            }
        }
    }

    public Task<bool> PushAsync(string what) => Journal.TryPushAsync(what, TestContext.Current.CancellationToken);

    public void Dispose() => Ownership.Dispose();

    private sealed class MachineTime(FakeTimeProvider real) : TimeProvider
    {
        public TimeSpan Off { get; set; }

        public override long TimestampFrequency => real.TimestampFrequency;

        public override long GetTimestamp() => real.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => real.GetUtcNow() + Off;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => real.CreateTimer(callback, state, dueTime, period);
    }
}
