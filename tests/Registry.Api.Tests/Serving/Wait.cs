using System.Diagnostics;

namespace Registry.Api.Tests.Serving;

/// <summary>Waits for a condition, never for a time.</summary>
internal static class Wait
{
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var waited = Stopwatch.StartNew(); !await condition();)
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), "The registry did not get there.");
            await Task.Yield();
        }
    }
}
