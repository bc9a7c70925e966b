namespace Registry.Gc.Sweeping;

/// <summary>
/// How much one transaction removes. While nobody else writes, as much as fits into some milliseconds on this machine and this
/// index: the commit costs about as much again, and costs less for each row the more there are. While pushes wait for the one
/// writer, much less: a push is five changes, and waits for a batch at each of them.
/// </summary>
internal sealed class BatchSize
{
    private const int Smallest = 5;
    private const int Largest = 2000;

    private static readonly (TimeSpan Short, TimeSpan Long) Alone = (TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(10));
    private static readonly (TimeSpan Short, TimeSpan Long) Awaited = (TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(4));

    public int Value { get; private set; } = 50;

    /// <summary>Learns from the last batch. Shrinks at once and grows slowly, so that it stays small while pushes come and go.</summary>
    public void LearnFrom(SweepPass pass)
    {
        var (brief, tooLong) = pass.WasAwaited ? Awaited : Alone;
        Value = pass.Took > tooLong ? Math.Max(Smallest, Value / 2)
            : pass.Took < brief ? Math.Min(Largest, Value + 1 + (Value / 5))
            : Value;
    }
}
