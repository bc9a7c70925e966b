namespace Registry.Benchmarks.Report;

/// <summary>What a benchmark measured, for one number of images.</summary>
internal interface IFigures
{
    /// <summary>Nothing live was lost, nothing dead was left, and all bytes are accounted for.</summary>
    bool IsRight { get; }

    string Heading { get; }

    /// <summary>In the order of the table; the same names for every number of images.</summary>
    IEnumerable<(string Name, string Value)> Rows();
}
