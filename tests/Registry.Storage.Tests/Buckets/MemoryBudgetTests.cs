using Registry.Storage.Buckets;

namespace Registry.Storage.Tests.Buckets;

public sealed class MemoryBudgetTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_finds_too_few_waits_and_nobody_passes_him()
    {
        var budget = new MemoryBudget(10);
        await budget.TakeAsync(8, Token);
        var large = budget.TakeAsync(5, Token).AsTask();
        var small = budget.TakeAsync(1, Token).AsTask();
        Assert.False(large.IsCompleted || small.IsCompleted);
        budget.Give(8);
        await large;
        await small;
        Assert.Equal(6, budget.Taken);
    }

    [Fact]
    public async Task Who_gives_up_makes_room_for_those_behind_him()
    {
        var budget = new MemoryBudget(10);
        await budget.TakeAsync(8, Token);
        using var patience = new CancellationTokenSource();
        var large = budget.TakeAsync(5, patience.Token).AsTask();
        var small = budget.TakeAsync(2, Token).AsTask();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        await small;
        Assert.Equal(10, budget.Taken);
    }

    [Fact]
    public async Task More_than_there_is_one_may_have_alone()
    {
        var budget = new MemoryBudget(10);
        await budget.TakeAsync(1, Token);
        var huge = budget.TakeAsync(100, Token).AsTask();
        Assert.False(huge.IsCompleted);
        budget.Give(1);
        await huge;
        var next = budget.TakeAsync(1, Token).AsTask();
        Assert.False(next.IsCompleted);
        budget.Give(100);
        await next;
    }
}
