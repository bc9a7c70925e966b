using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net.Http.Json;
using Registry.Api.Admin;
using Registry.Storage.Model;

namespace Registry.Api.Cli;

/// <summary><c>tag list</c>, <c>tag history</c>, <c>tag restorable</c>, <c>tag restore</c>.</summary>
internal static class TagCommands
{
    public static Command Create() => new("tag", "Tags: list them, see where they pointed, and restore them.") { CreateList(), CreateHistory(), CreateRestorable(), CreateRestore() };

    private static Command CreateList()
    {
        var (repository, sort) = (Repository(), new SortOptions("name, pushed, pulled, size or exclusive (what is freed if the tag alone goes)"));
        var match = new Option<string?>("--match") { Description = "Only tags with this in their name; or a glob, v1.* for example." };
        var command = new Command("list", "Lists the tags of a repository.") { repository, match };
        sort.AddTo(command);
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            var (tags, page) = (new List<TagView>(), new TagPage("", [], null, 0));
            var only = parsed.GetValue(match) is { } text ? $"&match={Uri.EscapeDataString(text)}" : "";
            do
            {
                page = await client.GetAsync<TagPage>($"/tags?repository={Uri.EscapeDataString(parsed.GetValue(repository)!)}{only}&{sort.QueryOf(parsed, tags.Count, page.Next)}", cancellationToken);
                tags.AddRange(page.Tags);
            }
            while (page.Next is not null && sort.Wants(parsed, tags.Count));
            Print(parsed, page with { Tags = tags });
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateHistory()
    {
        var (reference, count) = (Reference(), Count());
        var command = new Command("history", "Shows what a tag pointed to, newest first.") { reference, count };
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            var (repository, tag) = Split(parsed.GetValue(reference)!);
            var lines = await client.GetAsync<List<TagHistoryView>>($"/tags/history?repository={Uri.EscapeDataString(repository)}&tag={Uri.EscapeDataString(tag)}&n={Output.Number(parsed.GetValue(count))}", cancellationToken);
            if (!Output.WriteJson(parsed, lines))
            {
                Output.WriteTable(
                    ["digest", "from (UTC)", "by", "to (UTC)", "by", "why", "restorable until (UTC)"],
                    lines.Select(line => new[] { line.Digest, Output.Time(line.From), line.FromBy, Output.Time(line.To), line.ToBy ?? "", line.ToReason ?? "", line.Restorable ? Until(line.RestorableUntil) : "gone" }));
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateRestorable()
    {
        var (repository, count) = (Repository(), Count());
        var command = new Command("restorable", "Shows which tags that have gone or were moved can be restored, and until when.") { repository, count };
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            var lines = await client.GetAsync<List<RestorableTagView>>($"/tags/restorable?repository={Uri.EscapeDataString(parsed.GetValue(repository)!)}&n={Output.Number(parsed.GetValue(count))}", cancellationToken);
            if (!Output.WriteJson(parsed, lines))
            {
                Output.WriteTable(
                    ["tag", "digest", "lost (UTC)", "by", "why", "restorable until (UTC)"],
                    lines.Select(line => new[] { line.Tag, line.Digest, Output.Time(line.LostAt), line.LostBy ?? "", line.Reason ?? "", Until(line.RestorableUntil) }));
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateRestore()
    {
        var reference = Reference();
        var digest = new Option<string?>("--digest") { Description = "To this manifest of the repository." };
        var at = new Option<string?>("--at") { Description = "To what it pointed to at this time, 2026-01-31T12:00:00Z; without an offset it is UTC." };
        var command = new Command("restore", "Points a tag to what it pointed to before.") { reference, digest, at };
        command.Validators.Add(result =>
        {
            if (result.GetResult(digest) is null == result.GetResult(at) is null)
            {
                result.AddError("Give either --digest or --at. 'tag history' and 'tag restorable' show what there is.");
            }
        });
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            var (repository, tag) = Split(parsed.GetValue(reference)!);
            using var body = JsonContent.Create(new RestoreRequest(repository, tag, parsed.GetValue(digest), parsed.GetValue(at)));
            var restored = await client.PostAsync<RestoredView>("/tags/restore", body, cancellationToken);
            if (!Output.WriteJson(parsed, restored))
            {
                Output.Say(Words(restored));
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static string Words(RestoredView restored)
    {
        var name = $"{restored.Repository}:{restored.Tag}";
        return !restored.Changed ? $"{name} points to {restored.Digest} already."
            : $"{name} points to {restored.Digest} now; {(restored.Before is null ? "it was gone" : $"before it was {restored.Before}")}.{(restored.WasInHistory ? "" : " It had never pointed there.")}";
    }

    private static void Print(ParseResult parsed, TagPage page)
    {
        if (Output.WriteJson(parsed, page))
        {
            return;
        }

        Output.WriteTable(
            ["tag", "digest", "platform", "size", "exclusive", "pushed (UTC)", "by", "pulled (UTC)"],
            page.Tags.Select(tag => new[] { tag.Name, Digest.Shorten(tag.Digest), tag.Platform, Output.Bytes(tag.Size), Output.Bytes(tag.ExclusiveBytes), Output.Time(tag.PushedAt), tag.PushedBy ?? "", Output.Time(tag.LastPulledAt) }));
        Output.Say($"{page.Tags.Count} of {page.Total}. Exclusive is what is freed if that tag alone goes.");
    }

    private static string Until(DateTimeOffset? until) => until is null ? "while something names it" : Output.Time(until);

    private static Option<int> Count() => new("--count") { Description = "How many lines to show.", DefaultValueFactory = _ => 100 };

    private static Argument<string> Repository()
    {
        var argument = new Argument<string>("repository") { Description = "For example team/app." };
        argument.Validators.Add(result => Require(result, RepositoryName.TryParse(result.Tokens[0].Value, out _), "the name of a repository, for example team/app"));
        return argument;
    }

    private static Argument<string> Reference()
    {
        var argument = new Argument<string>("reference") { Description = "Repository and tag, for example team/app:1.0." };
        argument.Validators.Add(result =>
        {
            var (repository, tag) = Split(result.Tokens[0].Value);
            Require(result, RepositoryName.TryParse(repository, out _) && Tag.TryParse(tag, out _), "a repository and a tag, for example team/app:1.0");
        });
        return argument;
    }

    private static void Require(ArgumentResult result, bool isOne, string what)
    {
        if (!isOne)
        {
            result.AddError($"'{result.Tokens[0].Value}' is not {what}.");
        }
    }

    private static (string Repository, string Tag) Split(string reference)
    {
        var colon = reference.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (reference, "") : (reference[..colon], reference[(colon + 1)..]);
    }
}
