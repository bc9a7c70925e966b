using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Spectre.Console;

namespace Registry.Benchmarks.Report;

/// <summary>Figures side by side: a row for each, a column for each number of images.</summary>
internal sealed class FigureTable
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly IReadOnlyList<string> headings;
    private readonly IReadOnlyList<IReadOnlyList<string>> rows;

    private FigureTable(IReadOnlyList<string> headings, IReadOnlyList<IReadOnlyList<string>> rows) => (this.headings, this.rows) = (headings, rows);

    public static FigureTable Of<TFigures>(IReadOnlyList<TFigures> all)
        where TFigures : IFigures =>
        new(["", .. all.Select(figures => figures.Heading)], [.. all[0].Rows().Select((row, number) => (IReadOnlyList<string>)[row.Name, .. all.Select(figures => figures.Rows().ElementAt(number).Value)])]);

    public static string Json<TFigures>(IReadOnlyList<TFigures> all) => JsonSerializer.Serialize(all, Indented);

    public void Print()
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns([.. headings.Select((heading, number) => new TableColumn(Markup.Escape(heading)) { Alignment = number == 0 ? Justify.Left : Justify.Right, NoWrap = true })]);
        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(cell => Markup.Escape(cell.Replace("**", "", StringComparison.Ordinal)))]);
        }

        AnsiConsole.Write(table);
    }

    /// <summary>Replaces what stands between <c>&lt;!-- name --&gt;</c> and <c>&lt;!-- end of name --&gt;</c>.</summary>
    public async Task WriteIntoAsync(string document, string name)
    {
        var (begin, end) = ($"<!-- {name} -->\n", $"<!-- end of {name} -->");
        var text = await File.ReadAllTextAsync(document);
        var (from, to) = (text.IndexOf(begin, StringComparison.Ordinal) + begin.Length, text.IndexOf(end, StringComparison.Ordinal));
        if (from < begin.Length || to < from)
        {
            throw new InvalidOperationException($"{document} has no marks for {name}.");
        }

        await File.WriteAllTextAsync(document, text[..from] + Markdown() + text[to..]);
    }

    private string Markdown() => $"{Machine()}\n\n{Line(headings)}|---|{string.Concat(Enumerable.Repeat("---:|", headings.Count - 1))}\n{string.Concat(rows.Select(Line))}";

    private static string Line(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells)} |\n";

    private static string Machine() => string.Create(
        CultureInfo.InvariantCulture,
        $"Measured on {Environment.ProcessorCount} cores ({RuntimeInformation.ProcessArchitecture}), {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024 / 1024 / 1024} GiB of memory, Linux, {RuntimeInformation.FrameworkDescription}.");
}
