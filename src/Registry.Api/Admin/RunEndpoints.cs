using Registry.Api.Auth;
using Registry.Gc.Sweeping;

namespace Registry.Api.Admin;

/// <summary>Runs of the collection: ask for one, see how it goes.</summary>
internal static class RunEndpoints
{
    /// <summary>The value of <c>reconcile</c> for all of the blob store.</summary>
    public const string All = "all";

    public static void MapRuns(this RouteGroupBuilder api)
    {
        api.MapPost("/runs", StartAsync).WithSummary("Asks for a run of the collection; with 'reconcile=all' it compares all stored objects with the index. Runs go one after the other.")
            .Produces<RunView>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapGet("/runs", List).WithSummary("The runs, newest first.").Produces<IEnumerable<RunView>>();
        api.MapGet("/runs/{id:long}", Find).WithSummary("One run, with its progress.").Produces<RunView>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> StartAsync(HttpContext context, CollectionRunner runner, Runs runs, IAccess access, string? reconcile)
    {
        if (reconcile is not (null or All))
        {
            return AdminEndpoints.Refusal(StatusCodes.Status400BadRequest, $"'reconcile' is '{All}' or is left out; then a run compares a small part.");
        }

        var id = await runner.AddAsync(access.NameOf(context), reconcile is null ? ReconcileScope.Due : ReconcileScope.All, context.RequestAborted);
        return Results.Accepted($"{AdminEndpoints.Root}/runs/{id}", RunView.Of(runs.Find(id)!));
    }

    private static IResult List(Runs runs, long? before, int? n) => Results.Ok(runs.List(before, AdminEndpoints.PageSizeOf(n)).Select(RunView.Of));

    private static IResult Find(Runs runs, long id) =>
        runs.Find(id) is { } run ? Results.Ok(RunView.Of(run)) : AdminEndpoints.Refusal(StatusCodes.Status404NotFound, $"There is no run {id}.");
}
