using System.Globalization;
using Registry.Api.Auth;
using Registry.Storage.Content;
using Registry.Storage.Model;

namespace Registry.Api.Admin;

/// <summary>Tags: list them by any of their columns, see where they pointed, restore them.</summary>
internal static class TagEndpoints
{
    /// <summary>ISO 8601, or as the tables of the commands print it.</summary>
    private static readonly string[] TimeFormats = ["yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-ddTHH:mmK", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd"];

    public static void MapTags(this RouteGroupBuilder api)
    {
        api.MapGet("/tags", ListAsync).WithSummary("The tags of a repository; sort: name, pushed, pulled, size or exclusive; order: asc or desc; match: a part of the name, or a glob.")
            .Produces<TagPage>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/tags/history", History).WithSummary("What a tag pointed to, newest first.")
            .Produces<IEnumerable<TagHistoryView>>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/tags/restorable", Restorable).WithSummary("Tags that have gone or were moved, and can be restored.")
            .Produces<IEnumerable<RestorableTagView>>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPost("/tags/restore", RestoreAsync).WithSummary("Points a tag to what it pointed to before: by digest, or by time.")
            .Produces<RestoredView>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status410Gone);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, TagPages pages, IAccess access, string? repository, string? match, string? sort, string? order, string? after, int? n)
    {
        if (!SortedQuery.TryParse(TagPages.Sorts, sort, order, after, n, out var query, out var mistake) || (mistake = TagPages.FindMistake(match)) is not null)
        {
            return AdminEndpoints.Refusal(StatusCodes.Status400BadRequest, mistake!);
        }

        if (FindRefusal(context, access, repository, out var name) is { } refusal)
        {
            return refusal;
        }

        return (await pages.FindAsync(name, match, query, context.RequestAborted)).Succeeded(out var page, out var error) ? Results.Ok(page)
            : AdminEndpoints.Refusal(error.Kind == ErrorKind.NameUnknown ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest, error.Message);
    }

    private static IResult History(HttpContext context, TagHistory history, IAccess access, string? repository, string? tag, long? before, int? n)
    {
        if (FindRefusal(context, access, repository, out var name) is { } refusal)
        {
            return refusal;
        }

        if (!Tag.TryParse(tag, out var parsed))
        {
            return NoTag(tag);
        }

        var lines = history.List(name, parsed, before, AdminEndpoints.PageSizeOf(n));
        return lines.Count == 0 && before is null
            ? AdminEndpoints.Refusal(StatusCodes.Status404NotFound, $"There is no history of {name}:{parsed}.")
            : Results.Ok(lines.Select(TagHistoryView.Of));
    }

    private static IResult Restorable(HttpContext context, TagHistory history, IAccess access, string? repository, long? before, int? n) =>
        FindRefusal(context, access, repository, out var name)
        ?? (history.Restorable(name, before, AdminEndpoints.PageSizeOf(n)) is { } lines ? Results.Ok(lines.Select(RestorableTagView.Of)) : Unknown(name));

    private static async Task<IResult> RestoreAsync(HttpContext context, TagRestore restore, IAccess access, RestoreRequest request)
    {
        if (FindRefusal(context, access, request.Repository, out var repository) is { } refusal)
        {
            return refusal;
        }

        if (!Tag.TryParse(request.Tag, out var tag))
        {
            return NoTag(request.Tag);
        }

        if (FindMistake(request, out var target) is { } mistake)
        {
            return AdminEndpoints.Refusal(StatusCodes.Status400BadRequest, mistake);
        }

        var outcome = await restore.RestoreAsync(repository, tag, target, access.NameOf(context), context.RequestAborted);
        return outcome.Restored is { } restored
            ? Results.Ok(new RestoredView(repository.ToString(), tag.ToString(), restored.Digest, restored.Before, restored.HasMoved, restored.WasInHistory))
            : AdminEndpoints.Refusal(StatusOf(outcome.Refusal), outcome.Message!);
    }

    private static string? FindMistake(RestoreRequest request, out RestoreTarget target)
    {
        var (digest, at) = (default(Digest), default(DateTimeOffset));
        var mistake = request.Digest is null == request.At is null ? "Give either 'digest' or 'at': the manifest, or the time at which the tag pointed to it (2026-01-31T12:00:00Z)."
            : request.Digest is { } text && !Digest.TryParse(text, out digest) ? $"'{text}' is not a sha256 or sha512 digest."
            : request.At is { } time && !DateTimeOffset.TryParseExact(time, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at)
                ? $"'{time}' is not a time, for example 2026-01-31T12:00:00Z; without an offset it is UTC."
                : null;
        target = request.Digest is null ? new RestoreTarget(null, EndOfSecond(at)) : new RestoreTarget(digest, null);
        return mistake;
    }

    /// <summary>Tables show whole seconds: a time that was copied from one means all of its second.</summary>
    private static DateTimeOffset EndOfSecond(DateTimeOffset time) =>
        time.Ticks % TimeSpan.TicksPerSecond == 0 ? time + TimeSpan.FromMilliseconds(999) : time;

    private static int StatusOf(RestoreRefusal? refusal) => refusal switch
    {
        RestoreRefusal.Gone => StatusCodes.Status410Gone,
        RestoreRefusal.Immutable => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status404NotFound,
    };

    /// <summary>A repository that the caller may not read is none.</summary>
    private static IResult? FindRefusal(HttpContext context, IAccess access, string? repository, out RepositoryName name) =>
        !RepositoryName.TryParse(repository, out name) ? AdminEndpoints.Refusal(StatusCodes.Status400BadRequest, repository is null ? "Give the repository: ?repository=team/app." : $"'{repository}' is not the name of a repository, for example team/app.")
        : access.MayRead(context, name) ? null : Unknown(name);

    private static IResult NoTag(string? tag) =>
        AdminEndpoints.Refusal(StatusCodes.Status400BadRequest, tag is null ? "Give the tag: tag=v1.0." : $"'{tag}' is not a tag, for example v1.0.");

    private static IResult Unknown(RepositoryName name) => AdminEndpoints.Refusal(StatusCodes.Status404NotFound, $"There is no repository {name}.");
}
