namespace Registry.Gc.Sweeping;

/// <summary>
/// How a step goes through what may have to go: some are looked for outside of the writer, where those that stay are passed over at
/// no cost to anybody, and are looked at again in the change that removes them.
/// </summary>
internal static class Candidates
{
    /// <summary>Goes on until a change removed something, and returns how many went; 0: there are no more candidates.</summary>
    /// <param name="find">The next candidates; notes in the pass how far it has looked.</param>
    /// <param name="remove">Removes those that still may go and returns how many.</param>
    public static async Task<int> RunBatchAsync<T>(Func<Task<List<T>>> find, Func<List<T>, Task<int>> remove)
    {
        while (await find() is { Count: > 0 } candidates)
        {
            if (await remove(candidates) is > 0 and var removed)
            {
                return removed;
            }
        }

        return 0;
    }
}
