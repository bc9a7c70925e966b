using System.Diagnostics;

namespace Registry.Testing;

/// <summary>Waits for a condition, never for a time.</summary>
public static class Wait
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns when the condition holds; fails the test with <paramref name="expected"/> if it never does.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string expected)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Longest, $"After {Longest.TotalSeconds} s still not: {expected}");
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    public static Task UntilAsync(Func<bool> condition, string expected) => UntilAsync(() => Task.FromResult(condition()), expected);
}
