using System.Text;
using Microsoft.Extensions.Time.Testing;
using Registry.Storage.Journal;
using Registry.Storage.Tests.Buckets;

namespace Registry.Storage.Tests.Journal;

/// <summary>One bucket, several processes: who owns it, when the next one does, and that a former owner finds out before it answers.</summary>
public sealed class OwnershipTests : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(0.25);

    private readonly FakeTimeProvider time = new();
    private readonly MemoryBucket bucket = new();
    private readonly List<Contender> all = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_empty_bucket_is_owned_at_once()
    {
        var one = New("one");
        await PassAsync(0, one);
        Assert.Equal((OwnershipPhase.Owner, true, true), (one.Phase, one.Ownership.IsHeld, one.Ownership.Owned.IsCompleted));
        Assert.Equal("one", OwnerNow().Who);
    }

    [Fact]
    public async Task A_standby_waits_while_the_owner_lives_and_takes_over_within_15_s_when_it_has_gone()
    {
        var (one, two) = (New("one"), New("two"));
        await PassAsync(0, one);
        await PassAsync(60, one, two);
        Assert.Equal((OwnershipPhase.Standby, "standby: one owns the bucket"), (two.Phase, two.Ownership.State.Description));
        await PassAsync(9.5, two);
        Assert.Equal(OwnershipPhase.Standby, two.Phase);
        Assert.False(one.Ownership.IsHeld);
        await PassAsync(5, two);
        Assert.True(two.Ownership.IsHeld);
        Assert.Equal("two", OwnerNow().Who);
    }

    [Fact]
    public async Task An_owner_that_was_paused_has_no_lease_when_it_wakes_and_is_fenced_by_its_next_step()
    {
        var (one, two) = (New("one"), New("two"));
        await PassAsync(5, one, two);
        await PassAsync(20, two);
        Assert.False(one.Ownership.IsHeld);
        Assert.False(await one.PushAsync("late"));
        await one.StepAsync();
        Assert.Equal((OwnershipPhase.Fenced, "fenced: two has taken over the bucket", true), (one.Phase, one.Ownership.State.Description, one.Ownership.Fenced.IsCompleted));
        one.Lease.Confirm(one.Lease.Now());
        Assert.False(one.Ownership.IsHeld);
        Assert.True(two.Ownership.IsHeld);
    }

    [Fact]
    public async Task An_owner_that_is_paused_between_looking_and_writing_is_not_believed_and_does_not_believe_itself()
    {
        var (one, two) = (New("one"), New("two"));
        await PassAsync(5, one, two);
        var once = true;
        bucket.Before = (method, name) =>
        {
            if (once && method == nameof(MemoryBucket.PutAsync))
            {
                once = false;
                PassAsync(20, two).GetAwaiter().GetResult();
                Assert.True(two.Ownership.IsHeld);
            }
        };
        await one.StepAsync();
        Assert.Equal(OwnershipPhase.Fenced, one.Phase);
        // Its heartbeat has hidden the new owner's for a moment.
        await PassAsync(3, two);
        Assert.Equal("two", OwnerNow().Who);
        Assert.True(two.Ownership.IsHeld);
    }

    [Fact]
    public async Task Of_two_standbys_one_takes_over()
    {
        var (one, two, three) = (New("one"), New("two"), New("three"));
        await PassAsync(5, one, two, three);
        await PassAsync(30, two, three);
        Assert.Single([two, three], c => c.Ownership.IsHeld);
        Assert.Single([two, three], c => c.Phase == OwnershipPhase.Standby);
    }

    [Fact]
    public async Task Of_two_that_find_an_empty_bucket_at_the_same_moment_one_owns_it()
    {
        var (one, two) = (New("one"), New("two"));
        await two.StepAsync();
        var once = true;
        bucket.Before = (method, name) =>
        {
            if (once && method == nameof(MemoryBucket.TryAddAsync))
            {
                once = false;
                PassAsync(0, two).GetAwaiter().GetResult();
            }
        };
        await PassAsync(0, one);
        Assert.Equal((OwnershipPhase.Standby, true), (one.Phase, two.Ownership.IsHeld));
    }

    [Fact]
    public async Task What_was_released_is_taken_at_once()
    {
        var (one, two) = (New("one"), New("two"));
        await PassAsync(5, one, two);
        await one.Ownership.ReleaseAsync(Token);
        Assert.False(one.Ownership.IsHeld);
        await PassAsync(1, two);
        Assert.True(two.Ownership.IsHeld);
    }

    [Fact]
    public async Task A_release_that_comes_after_a_takeover_is_none()
    {
        var (one, two, three) = (New("one"), New("two"), New("three"));
        await PassAsync(5, one, two, three);
        bucket.Before = (method, name) =>
        {
            if (method == nameof(MemoryBucket.PutAsync))
            {
                bucket.Before = (_, _) => { };
                PassAsync(20, two).GetAwaiter().GetResult();
            }
        };
        await one.Ownership.ReleaseAsync(Token);
        Assert.NotNull(OwnerNow().Released);
        await three.StepAsync();
        Assert.Equal(OwnershipPhase.Standby, three.Phase);
        await PassAsync(20, two, three);
        Assert.True(two.Ownership.IsHeld);
    }

    [Fact]
    public async Task A_process_that_holds_the_data_directory_of_a_dead_owner_waits_for_nothing()
    {
        var one = New("one", "directory");
        await PassAsync(5, one);
        var two = New("two", "directory");
        await PassAsync(0, two);
        Assert.True(two.Ownership.IsHeld);
        await one.StepAsync();
        Assert.Equal(OwnershipPhase.Fenced, one.Phase);
    }

    [Fact]
    public async Task A_process_on_the_data_directory_of_a_former_owner_waits_although_that_one_has_hidden_the_new_owner()
    {
        var (one, two) = (New("one", "directory"), New("two"));
        await PassAsync(5, one, two);
        var former = bucket.Objects[OwnerObject.Name];
        await PassAsync(15, two);
        Assert.True(two.Ownership.IsHeld);
        // What the killed process had on its way comes now.
        await bucket.PutAsync(OwnerObject.Name, former, Token);
        var again = New("again", "directory");
        await again.StepAsync();
        await again.StepAsync();
        Assert.Equal((OwnershipPhase.Standby, true), (again.Phase, two.Ownership.IsHeld));
        await PassAsync(20, again, two);
        Assert.Equal((OwnershipPhase.Standby, true), (again.Phase, two.Ownership.IsHeld));
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    public async Task A_clock_that_is_set_takes_nothing_from_anybody(double seconds)
    {
        var (one, two) = (New("one"), New("two"));
        await PassAsync(5, one, two);
        one.ClockIsOff = TimeSpan.FromSeconds(seconds);
        two.ClockIsOff = TimeSpan.FromSeconds(-seconds);
        Assert.Equal(seconds < 0, one.Ownership.IsHeld);
        await PassAsync(30, one, two);
        Assert.True(one.Ownership.IsHeld);
        Assert.Equal(OwnershipPhase.Standby, two.Phase);
    }

    [Fact]
    public async Task A_bucket_that_was_away_for_30_s_has_the_same_owner_when_it_is_back()
    {
        var (one, two) = (New("one"), New("two"));
        await PassAsync(5, one, two);
        bucket.Before = (_, _) => throw new IOException("no route");
        await PassAsync(30, one, two);
        Assert.False(one.Ownership.IsHeld);
        Assert.Equal((OwnershipPhase.Owner, "no route"), (one.Phase, one.Ownership.State.Problem));
        bucket.Before = (_, _) => { };
        await PassAsync(1, one);
        Assert.True(one.Ownership.IsHeld);
        await PassAsync(30, one, two);
        Assert.Equal((true, null), (one.Ownership.IsHeld, one.Ownership.State.Problem));
        Assert.Equal(OwnershipPhase.Standby, two.Phase);
    }

    [Fact]
    public async Task Heartbeats_that_take_effect_and_fail_all_the_same_give_no_lease()
    {
        var one = New("one");
        await PassAsync(5, one);
        bucket.After = (method, _) =>
        {
            if (method == nameof(MemoryBucket.PutAsync))
            {
                throw new IOException("reset");
            }
        };
        await PassAsync(9, one);
        Assert.False(one.Ownership.IsHeld);
        bucket.After = (_, _) => { };
        await PassAsync(1, one);
        Assert.True(one.Ownership.IsHeld);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"instance":"x"}""")]
    [InlineData("")]
    public async Task An_owner_that_cannot_be_read_is_waited_for_like_any_other(string text)
    {
        var one = New("one");
        await PassAsync(5, one);
        await bucket.PutAsync(OwnerObject.Name, Encoding.UTF8.GetBytes(text), Token);
        var two = New("two");
        await PassAsync(9, two);
        Assert.Equal((OwnershipPhase.Standby, "standby: somebody who cannot be read owns the bucket"), (two.Phase, two.Ownership.State.Description));
        await PassAsync(3, two);
        Assert.True(two.Ownership.IsHeld);
    }

    [Fact]
    public async Task An_owner_whose_object_was_spoilt_or_deleted_asks_the_journal_and_writes_it_anew()
    {
        var one = New("one");
        await PassAsync(5, one);
        await bucket.PutAsync(OwnerObject.Name, "x"u8.ToArray(), Token);
        var number = one.Journal.Number;
        await PassAsync(3, one);
        Assert.Equal(("one", number + 1, true), (OwnerNow().Who, one.Journal.Number, one.Ownership.IsHeld));
        await bucket.DeleteAsync([OwnerObject.Name], Token);
        await PassAsync(3, one);
        Assert.Equal(("one", number + 2, true), (OwnerNow().Who, one.Journal.Number, one.Ownership.IsHeld));
    }

    [Fact]
    public async Task A_journal_that_nobody_owns_is_taken_over_when_nobody_has_shown_up_for_10_s()
    {
        var one = New("one");
        await PassAsync(5, one);
        await bucket.DeleteAsync([OwnerObject.Name], Token);
        var two = New("two");
        await PassAsync(9, two);
        Assert.Equal(OwnershipPhase.Standby, two.Phase);
        await PassAsync(3, two);
        Assert.True(two.Ownership.IsHeld);
    }

    [Fact]
    public async Task A_sign_in_the_journal_is_not_forgotten_when_the_look_at_the_owner_fails()
    {
        var (one, two) = (New("one"), New("two"));
        await PassAsync(5, one, two);
        bucket.After = (method, _) =>
        {
            if (method == nameof(MemoryBucket.PutAsync))
            {
                // The other one sees this heartbeat, and then nothing for long.
                two.StepAsync().GetAwaiter().GetResult();
                time.Advance(TimeSpan.FromSeconds(20));
            }
            else if (method == nameof(MemoryBucket.TryAddAsync))
            {
                bucket.After = (_, _) => { };
                bucket.Before = (read, _) =>
                {
                    if (read == nameof(MemoryBucket.OpenReadAsync))
                    {
                        throw new IOException("away");
                    }
                };
                two.StepAsync().GetAwaiter().GetResult();
                bucket.Before = (_, _) => { };
            }
        };
        await one.StepAsync();
        Assert.True(one.Ownership.IsHeld);
        await two.StepAsync();
        Assert.Equal(OwnershipPhase.Standby, two.Phase);
        Assert.True(one.Ownership.IsHeld);
    }

    [Fact]
    public async Task A_push_that_the_journal_refuses_ends_the_owner()
    {
        var (one, two) = (New("one"), New("two"));
        await PassAsync(5, one, two);
        await bucket.PutAsync(MemoryJournal.NameOf(one.Journal.Number + 1), "somebody else's"u8.ToArray(), Token);
        Assert.False(await one.PushAsync("x"));
        Assert.False(one.Ownership.IsHeld);
        await PassAsync(3, one);
        Assert.Equal(OwnershipPhase.Fenced, one.Phase);
    }

    [Fact]
    public async Task It_runs_by_itself()
    {
        var one = New("one");
        one.Ownership.Start();
        await one.Ownership.Owned.WaitAsync(Token);
        await one.Ownership.ReleaseAsync(Token);
        Assert.Equal(one.Journal.Number, OwnerNow().Released);
    }

    [Fact]
    public void A_data_directory_keeps_its_name()
    {
        var folder = Directory.CreateTempSubdirectory("registry-test-").FullName;
        var first = OwnerIdentity.Of(folder, "host");
        Assert.Equal(first, OwnerIdentity.Of(folder, "host"));
        File.WriteAllText(Path.Combine(folder, OwnerIdentity.FileName), "half a n\0");
        Assert.NotEqual(first, OwnerIdentity.Of(folder, "host"));
        Directory.Delete(folder, recursive: true);
    }

    public void Dispose() => all.ForEach(one => one.Dispose());

    private Contender New(string who, string? instance = null)
    {
        var made = new Contender(bucket, time, who, instance);
        all.Add(made);
        return made;
    }

    private OwnerObject OwnerNow() => OwnerObject.TryParse(bucket.Objects[OwnerObject.Name])!;

    /// <summary>Time passes for all; only those named live.</summary>
    private async Task PassAsync(double seconds, params Contender[] living)
    {
        for (var passed = TimeSpan.Zero; ; passed += Tick)
        {
            foreach (var one in living)
            {
                await one.StepIfDueAsync();
            }

            if (passed >= TimeSpan.FromSeconds(seconds))
            {
                return;
            }

            time.Advance(Tick);
        }
    }
}
