namespace Registry.Gc.Retention;

/// <summary>Rows of one kind with their sizes. Each gets a number, from 0 on in the order in which they come, and edges are made of numbers.</summary>
/// <param name="noun">For messages.</param>
internal sealed class GraphNodes(string noun)
{
    private readonly Dictionary<long, int> numbers = [];
    private readonly List<long> ids = [];
    private readonly List<long> bytes = [];

    public int Count => ids.Count;

    /// <exception cref="ArgumentException">It was added already.</exception>
    public void Add(long id, long size)
    {
        if (!numbers.TryAdd(id, ids.Count))
        {
            throw new ArgumentException($"There are two of {noun} {id}.", nameof(id));
        }

        ids.Add(id);
        bytes.Add(size);
    }

    /// <exception cref="ArgumentException">It was not added. What is not known cannot be counted, so nothing is.</exception>
    public int NumberOf(long id) => numbers.TryGetValue(id, out var number) ? number : throw new ArgumentException($"There is no {noun} {id}.", nameof(id));

    public long IdOf(int number) => ids[number];

    public long BytesOf(int number) => bytes[number];
}
