using Registry.Api.Auth;
using Registry.Gc.Moving;
using Registry.Storage.Index;

namespace Registry.Api.Admin;

/// <summary>A migration of the stored objects, as the API shows it.</summary>
/// <param name="Status">queued, running, done or failed. One that was stopped goes on at the next start and is running.</param>
/// <param name="Step">counting, moving, or waiting: for what is in use in the old store to be deleted or finished.</param>
/// <param name="Error">What holds it up, while it runs; what made it fail, when it has ended.</param>
/// <param name="Objects">Objects of blobs that are to be moved.</param>
/// <param name="Skipped">Objects of blobs with a finding: they are not moved.</param>
/// <param name="Left">Objects that the old store has still and the registry needs. With 0 it can be taken out of the configuration.</param>
internal sealed record MigrationView(
    long Id,
    string Status,
    string By,
    string From,
    string To,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    string Step,
    string? Error,
    long Objects,
    long Bytes,
    long MovedObjects,
    long MovedBytes,
    long Skipped,
    long Left)
{
    public const string Done = "done";
    public const string Failed = "failed";

    public static MigrationView Of(MoveRow move) => new(
        move.Id, move.EndedAt is null ? move.Step == Moves.Queued ? "queued" : "running" : move.Error is null ? Done : Failed, move.By, move.From, move.To, move.StartedAt, move.EndedAt, move.Step, move.Error,
        move.Objects, move.Bytes, move.MovedObjects, move.MovedBytes, move.Skipped, move.Left);
}

/// <summary>The move of all stored objects to the store of <c>Registry:Storage:Provider</c>: ask for it, see how it goes.</summary>
internal static class MigrationEndpoints
{
    public static void MapMigrations(this RouteGroupBuilder api)
    {
        api.MapPost("/migrations", StartAsync).WithSummary("Moves all stored objects from the store that Registry:Storage:MigrateFrom names to the other one; 'to' must agree with that. While one runs it is that one.")
            .Produces<MigrationView>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status409Conflict);
        api.MapGet("/migrations", List).WithSummary("The migrations, newest first.").Produces<IEnumerable<MigrationView>>();
        api.MapGet("/migrations/{id:long}", Find).WithSummary("One migration, with its progress.").Produces<MigrationView>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> StartAsync(HttpContext context, MoveRunner runner, Moves moves, IAccess access, string? to)
    {
        if (runner.Stores is not { } stores)
        {
            return AdminEndpoints.Refusal(StatusCodes.Status409Conflict, "No store to move objects from is configured. Set Registry:Storage:Provider to the new store and Registry:Storage:MigrateFrom to the old one, restart, and ask again.");
        }

        if (to is not null && !to.Equals(stores.To, StringComparison.OrdinalIgnoreCase))
        {
            return AdminEndpoints.Refusal(StatusCodes.Status409Conflict, $"By the configuration objects go from {stores.From} to {stores.To}, not to {to}. For the other way set Registry:Storage:Provider to {stores.From} and Registry:Storage:MigrateFrom to {stores.To}.");
        }

        var id = await runner.AddAsync(access.NameOf(context), context.RequestAborted);
        return Results.Accepted($"{AdminEndpoints.Root}/migrations/{id}", MigrationView.Of(moves.Find(id)!));
    }

    private static IResult List(Moves moves, long? before, int? n) => Results.Ok(moves.List(before, AdminEndpoints.PageSizeOf(n)).Select(MigrationView.Of));

    private static IResult Find(Moves moves, long id) =>
        moves.Find(id) is { } move ? Results.Ok(MigrationView.Of(move)) : AdminEndpoints.Refusal(StatusCodes.Status404NotFound, $"There is no migration {id}.");
}
