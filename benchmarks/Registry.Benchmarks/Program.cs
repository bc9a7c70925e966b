using System.CommandLine;
using System.CommandLine.Parsing;
using Registry.Benchmarks;
using Registry.Benchmarks.Report;

var images = new Option<int[]>("--images") { Description = "How many images; several numbers make a column each.", AllowMultipleArgumentsPerToken = true, Recursive = true };
var json = new Option<bool>("--json") { Description = "Prints JSON instead of a table.", Recursive = true };
var markdown = new Option<string?>("--markdown") { Description = "Also writes the table into this document, between its marks.", Recursive = true };
var seconds = new Option<int>("--seconds") { Description = "How long the clients run before the collection, to compare with.", DefaultValueFactory = _ => 20 };
var indexOnly = new Option<bool>("--index-only") { Description = "No files for the seeded blobs; so always for more than 100,000 images." };
var server = new Option<string?>("--program") { Description = "Another build of the registry: the path of its Registry.Api.dll.", Recursive = true };

var collection = new Command("collection", "What a collection takes, and what concurrent pushes and pulls notice of it.") { seconds, indexOnly };
collection.SetAction((parsed, cancellationToken) => RunAsync(
    parsed, [10_000], size => CollectionBenchmark.RunAsync(
        new CollectionSettings(size, parsed.GetValue(indexOnly) || size > CollectionSettings.MostObjects ? Objects.InIndexOnly : Objects.Stored, TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(server)),
        Console.Error.WriteLine, cancellationToken)));

var compare = new Command("compare", "The same images, re-tagged over one tag per repository, collected by Debian's docker-registry (stopped) and by this registry (online).");
compare.SetAction((parsed, cancellationToken) => RunAsync(
    parsed, [3_000], size => ComparisonBenchmark.RunAsync(size, parsed.GetValue(server), Console.Error.WriteLine, cancellationToken)));

return await new RootCommand("Benchmarks of the registry (docs/benchmarks.md).") { images, json, markdown, server, collection, compare }.Parse(args).InvokeAsync();

async Task<int> RunAsync<TFigures>(ParseResult parsed, int[] usual, Func<int, Task<TFigures>> measure)
    where TFigures : IFigures
{
    var all = new List<TFigures>();
    foreach (var size in parsed.GetValue(images) is { Length: > 0 } asked ? asked : usual)
    {
        all.Add(await measure(size));
    }

    var table = FigureTable.Of(all);
    if (parsed.GetValue(json))
    {
        Console.WriteLine(FigureTable.Json(all));
    }
    else
    {
        table.Print();
    }

    if (parsed.GetValue(markdown) is { } document)
    {
        await table.WriteIntoAsync(document, parsed.CommandResult.Command.Name);
    }

    return all.TrueForAll(figures => figures.IsRight) ? 0 : 1;
}
