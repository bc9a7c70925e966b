using Registry.Api.Auth;
using Registry.Storage.Content;

namespace Registry.Api.Admin;

/// <summary>Some repositories.</summary>
/// <param name="Next">Give it as <c>after</c> for the next page; null at the end.</param>
/// <param name="Total">How many there are on all pages.</param>
internal sealed record RepositoryPage(IReadOnlyList<RepositoryLine> Repositories, string? Next, long Total);

/// <summary>The repositories, with dates and sizes.</summary>
internal static class RepositoryEndpoints
{
    private static readonly string[] Sorts = ["name", "pushed", "pulled", "size", "tags"];

    public static void MapRepositories(this RouteGroupBuilder api) =>
        api.MapGet("/repositories", ListAsync).WithSummary("The repositories that the caller may read; sort: name, pushed, pulled, size or tags; order: asc or desc.")
            .Produces<RepositoryPage>().ProducesProblem(StatusCodes.Status400BadRequest);

    private static async Task<IResult> ListAsync(
        HttpContext context, RepositoryListing repositories, PullRecorder pulls, IAccess access, string? sort, string? order, string? after, int? n)
    {
        if (!SortedQuery.TryParse(Sorts, sort, order, after, n, out var query, out var mistake))
        {
            return AdminEndpoints.Refusal(StatusCodes.Status400BadRequest, mistake!);
        }

        // The last pulls may still be in memory only.
        await pulls.FlushAsync(context.RequestAborted);
        var page = repositories.List(Enum.Parse<RepositorySort>(query.Sort, ignoreCase: true), query.Direction, query.After, query.Count, name => access.MayRead(context, name));
        return Results.Ok(new RepositoryPage(page.Items, query.Encode(page.Next), page.Total));
    }
}
