using System.CommandLine;
using System.Globalization;
using Registry.Api.Admin;

namespace Registry.Api.Cli;

/// <summary>How a sorted list is asked for: <c>--sort</c>, <c>--desc</c>, <c>--count</c>. The registry says which words it can sort by.</summary>
internal sealed class SortOptions
{
    private readonly Option<string> sort;
    private readonly Option<bool> descending = new("--desc") { Description = "The largest or latest first." };
    private readonly Option<int> count = new("--count") { Description = "How many to show.", DefaultValueFactory = _ => 100 };

    public SortOptions(string words) => sort = new("--sort") { Description = $"By {words}.", DefaultValueFactory = _ => "name" };

    public void AddTo(Command command)
    {
        command.Options.Add(sort);
        command.Options.Add(descending);
        command.Options.Add(count);
    }

    /// <summary>The query of the page behind <paramref name="after"/>.</summary>
    /// <param name="have">How many were read already.</param>
    public string QueryOf(ParseResult parsed, int have, string? after)
    {
        var n = Math.Min(parsed.GetValue(count) - have, AdminEndpoints.MaxPageSize).ToString(CultureInfo.InvariantCulture);
        return $"sort={Uri.EscapeDataString(parsed.GetValue(sort)!)}&order={(parsed.GetValue(descending) ? "desc" : "asc")}&n={n}{(after is null ? "" : $"&after={after}")}";
    }

    public bool Wants(ParseResult parsed, int have) => have < parsed.GetValue(count);
}
