namespace Registry.Storage.Buckets;

/// <summary>
/// How many more requests a failing server may get: at most one for every two first tries, beyond some that are kept for a hiccup. Without it
/// each layer's retries multiply just when the server can bear the least.
/// </summary>
internal sealed class RetryBudget
{
    private const double Most = 50;
    private const double EarnedByTry = 0.5;

    private readonly Lock gate = new();
    private double left = Most;

    public void CountFirstTry()
    {
        lock (gate)
        {
            left = Math.Min(Most, left + EarnedByTry);
        }
    }

    /// <summary>Whether one more try may be made; it is counted then.</summary>
    public bool TryTake()
    {
        lock (gate)
        {
            if (left < 1)
            {
                return false;
            }

            left--;
            return true;
        }
    }
}
