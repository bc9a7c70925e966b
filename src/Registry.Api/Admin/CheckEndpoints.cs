using Registry.Api.Auth;
using Registry.Gc.Checking;

namespace Registry.Api.Admin;

/// <summary>Checks of index and bytes: ask for one, see how it goes and what it has seen.</summary>
internal static class CheckEndpoints
{
    public static void MapChecks(this RouteGroupBuilder api)
    {
        api.MapPost("/checks", StartAsync).WithSummary("Asks for a check of index and bytes; 'read=true' reads every blob, 'repair=true' mends what can be mended safely. Checks go one after the other.")
            .Produces<CheckView>(StatusCodes.Status202Accepted);
        api.MapGet("/checks", List).WithSummary("The checks, newest first.").Produces<IEnumerable<CheckView>>();
        api.MapGet("/checks/{id:long}", Find).WithSummary("One check, with its progress.").Produces<CheckView>().ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/findings", ListFindings).WithSummary("What is wrong now; with 'check' what that check has seen, by id, where 'after' is the last id of the page before.")
            .Produces<IEnumerable<FindingView>>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> StartAsync(HttpContext context, CheckRunner runner, Checks checks, Findings findings, IAccess access, bool read = false, bool repair = false)
    {
        var id = await runner.AddAsync(access.NameOf(context), read, repair, context.RequestAborted);
        return Results.Accepted($"{AdminEndpoints.Root}/checks/{id}", CheckView.Of(checks.Find(id)!, findings));
    }

    private static IResult List(Checks checks, Findings findings, long? before, int? n) =>
        Results.Ok(checks.List(before, AdminEndpoints.PageSizeOf(n)).Select(check => CheckView.Of(check, findings)));

    private static IResult Find(Checks checks, Findings findings, long id) =>
        checks.Find(id) is { } check ? Results.Ok(CheckView.Of(check, findings)) : Unknown(id);

    private static IResult ListFindings(Checks checks, Findings findings, long? check, long? after, int? n)
    {
        if (check is { } id && checks.Find(id) is null)
        {
            return Unknown(id);
        }

        var count = AdminEndpoints.PageSizeOf(n);
        return Results.Ok((check is { } asked ? findings.OfCheck(asked, after ?? 0, count) : findings.Open(count)).Select(FindingView.Of));
    }

    private static IResult Unknown(long id) => AdminEndpoints.Refusal(StatusCodes.Status404NotFound, $"There is no check {id}. GET {AdminEndpoints.Root}/checks lists them.");
}
