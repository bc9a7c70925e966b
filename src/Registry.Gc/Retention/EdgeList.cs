namespace Registry.Gc.Retention;

/// <summary>
/// The edges of a graph whose nodes are numbered, in two arrays: those of node n stand from starts[n] to starts[n + 1]. An edge
/// takes four bytes, and no object.
/// </summary>
internal readonly struct EdgeList
{
    private readonly int[] starts;
    private readonly int[] targets;

    private EdgeList(int[] starts, int[] targets) => (this.starts, this.targets) = (starts, targets);

    public ReadOnlySpan<int> From(int node) => targets.AsSpan(starts[node], starts[node + 1] - starts[node]);

    /// <summary>Pairs of source and target in any order; repeated ones stay repeated.</summary>
    public static EdgeList Of(int nodes, List<(int Source, int Target)> pairs)
    {
        var starts = new int[nodes + 1];
        foreach (var (source, _) in pairs)
        {
            starts[source + 1]++;
        }

        for (var node = 0; node < nodes; node++)
        {
            starts[node + 1] += starts[node];
        }

        var next = starts.AsSpan(0, nodes).ToArray();
        var targets = new int[pairs.Count];
        foreach (var (source, target) in pairs)
        {
            targets[next[source]++] = target;
        }

        return new EdgeList(starts, targets);
    }
}
