namespace Registry.Gc.Sweeping;

/// <summary>
/// How much one transaction removes: as much as fits into a few milliseconds on this machine and this index, since every push
/// waits that long for the one writer.
/// </summary>
internal sealed class BatchSize
{
    private const int Smallest = 5;
    private const int Largest = 2000;

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(20);

    public int Value { get; private set; } = 50;

    /// <summary>Learns from a batch that was full.</summary>
    public void Took(TimeSpan duration) => Value =
        duration > Long ? Math.Max(Smallest, Value / 2)
        : duration < Short ? Math.Min(Largest, Value * 2)
        : Value;
}
