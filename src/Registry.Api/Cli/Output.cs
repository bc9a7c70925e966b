using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace Registry.Api.Cli;

/// <summary>How commands print: JSON for scripts where <c>--json</c> asks for it, else a table for people.</summary>
internal static class Output
{
    /// <summary>Nobody's terminal is too narrow when the output goes to a file.</summary>
    private const int WideEnough = 250;

    // It goes to a terminal or a script and into no page: an apostrophe may be one.
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>False: JSON is not asked for.</summary>
    public static bool WriteJson<T>(ParseResult parsed, T value)
    {
        if (parsed.GetValue(ClientCommands.Json))
        {
            WriteJson(value);
            return true;
        }

        return false;
    }

    public static void WriteJson<T>(T value) => Console.WriteLine(JsonSerializer.Serialize(value, Indented));

    /// <summary>A table; where the terminal is too narrow for it, each row as lines of their own, so that nothing is cut off.</summary>
    /// <param name="titles">The first column says what the row is about.</param>
    public static void WriteTable(string[] titles, IEnumerable<string[]> rows)
    {
        var all = rows.ToList();
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = WideEnough;
        }

        if (WidthOf(titles, all) > AnsiConsole.Profile.Width && !Console.IsOutputRedirected)
        {
            WriteLines(titles, all);
            return;
        }

        var table = new Table().Border(TableBorder.Rounded);
        foreach (var title in titles)
        {
            table.AddColumn(new TableColumn(title).NoWrap());
        }

        foreach (var row in all)
        {
            table.AddRow(row.Select(Markup.Escape).ToArray());
        }

        AnsiConsole.Write(table);
    }

    /// <summary>With a border and a space on either side of each cell.</summary>
    private static int WidthOf(string[] titles, List<string[]> rows) =>
        titles.Select((title, column) => 3 + rows.Select(row => row[column].Length).Append(title.Length).Max()).Sum() + 1;

    private static void WriteLines(string[] titles, List<string[]> rows)
    {
        var longest = titles.Max(title => title.Length);
        foreach (var row in rows)
        {
            Console.WriteLine($"{titles[0]} {row[0]}");
            for (var column = 1; column < titles.Length; column++)
            {
                if (row[column].Length > 0)
                {
                    Console.WriteLine($"  {titles[column].PadRight(longest)}  {row[column]}");
                }
            }
        }
    }

    /// <summary>A sentence; a terminal breaks it where it likes.</summary>
    public static void Say(string sentence) => Console.WriteLine(sentence);

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>In UTC, as the titles of its columns say.</summary>
    public static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "";

    public static string Bytes(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var (size, unit) = ((double)bytes, 0);
        while (Math.Abs(size) >= 1024 && unit < units.Length - 1)
        {
            (size, unit) = (size / 1024, unit + 1);
        }

        return $"{size.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture)} {units[unit]}";
    }
}
