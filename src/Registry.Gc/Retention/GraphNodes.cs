namespace Registry.Gc.Retention;

/// <summary>
/// Rows of one kind with their sizes. Each gets a number, from 0 on in the order in which they come, and edges are made of numbers.
/// While ids come ascending, as they do from the index, a number is found by binary search: a dictionary of 400,000 blobs takes
/// 20 MB, and as much again while it grows.
/// </summary>
/// <param name="noun">For messages.</param>
internal sealed class GraphNodes(string noun)
{
    private readonly List<long> ids = [];
    private readonly List<long> bytes = [];

    /// <summary>Null while ids come ascending.</summary>
    private Dictionary<long, int>? numbers;

    public int Count => ids.Count;

    /// <exception cref="ArgumentException">It was added already.</exception>
    public void Add(long id, long size)
    {
        if (numbers is null && ids.Count > 0 && id <= ids[^1])
        {
            numbers = Enumerable.Range(0, ids.Count).ToDictionary(number => ids[number]);
        }

        if (numbers?.TryAdd(id, ids.Count) == false)
        {
            throw new ArgumentException($"There are two of {noun} {id}.", nameof(id));
        }

        ids.Add(id);
        bytes.Add(size);
    }

    /// <exception cref="ArgumentException">It was not added. What is not known cannot be counted, so nothing is.</exception>
    public int NumberOf(long id)
    {
        var number = numbers is null ? ids.BinarySearch(id) : numbers.GetValueOrDefault(id, -1);
        return number >= 0 ? number : throw new ArgumentException($"There is no {noun} {id}.", nameof(id));
    }

    public long IdOf(int number) => ids[number];

    public long BytesOf(int number) => bytes[number];
}
