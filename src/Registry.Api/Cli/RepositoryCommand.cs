using System.CommandLine;
using Registry.Api.Admin;
using Registry.Storage.Content;

namespace Registry.Api.Cli;

/// <summary><c>repositories</c>: what is there, with dates and sizes.</summary>
internal static class RepositoryCommand
{
    public static Command Create()
    {
        var sort = new SortOptions("name, pushed, pulled, size or tags");
        var command = new Command("repositories", "Lists the repositories, with dates and sizes.");
        sort.AddTo(command);
        command.SetAction((client, parsed, cancellationToken) => ListAsync(client, parsed, sort, cancellationToken));
        return command;
    }

    private static async Task<int> ListAsync(AdminClient client, ParseResult parsed, SortOptions sort, CancellationToken cancellationToken)
    {
        var (lines, page) = (new List<RepositoryLine>(), new RepositoryPage([], null, 0));
        do
        {
            page = await client.GetAsync<RepositoryPage>($"/repositories?{sort.QueryOf(parsed, lines.Count, page.Next)}", cancellationToken);
            lines.AddRange(page.Repositories);
        }
        while (page.Next is not null && sort.Wants(parsed, lines.Count));

        if (!Output.WriteJson(parsed, page with { Repositories = lines }))
        {
            Output.WriteTable(
                ["repository", "tags", "manifests", "size", "pushed (UTC)", "pulled (UTC)", "created (UTC)"],
                lines.Select(line => new[] { line.Name, Output.Number(line.Tags), Output.Number(line.Manifests), Output.Bytes(line.Size), Output.Time(line.LastPushedAt), Output.Time(line.LastPulledAt), Output.Time(line.CreatedAt) }));
            Output.Say($"{lines.Count} of {page.Total}.");
        }

        return ExitCodes.Success;
    }
}
