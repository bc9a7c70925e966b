using System.Text.Json;
using Registry.Api.Auth;
using Registry.Gc.Planning;
using Registry.Gc.Policies;

namespace Registry.Api.Admin;

/// <summary>Plans of the retention: make one, look at it, apply it.</summary>
internal static class PlanEndpoints
{
    public static void MapPlans(this RouteGroupBuilder api)
    {
        api.MapPost("/plans", MakeAsync).WithSummary("Makes a plan by the policy that holds, or, with a policy as the body, by that one (then it cannot be applied).")
            .Accepts<JsonElement>(isOptional: true, "application/json", "*/*")
            .Produces<PlanView>(StatusCodes.Status201Created).ProducesValidationProblem().ProducesProblem(StatusCodes.Status409Conflict);
        api.MapGet("/plans", List).WithSummary("The plans, newest first; scheduled runs make them too.").Produces<IEnumerable<PlanView>>();
        api.MapGet("/plans/{id:long}", Find).WithSummary("One plan.").Produces<PlanView>().ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/plans/{id:long}/tags", ListTags).WithSummary("The tags that a plan removes, by id; 'after' is the last id of the page before.").Produces<IEnumerable<PlannedTagView>>();
        api.MapGet("/plans/{id:long}/manifests", ListManifests).WithSummary("The manifests that nothing keeps then, by id.").Produces<IEnumerable<PlannedManifestView>>();
        api.MapPost("/plans/{id:long}/apply", ApplyAsync).WithSummary("Does exactly what the plan lists. 409, saying what has moved, if something in it has changed.")
            .Produces<PlanView>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        api.MapPost("/backtest", BackTestAsync).WithSummary("What the policy that holds, or the one in the body, would have removed in the last days that was pulled afterwards.")
            .Accepts<JsonElement>(isOptional: true, "application/json", "*/*")
            .Produces<BackTestReport>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> MakeAsync(HttpContext context, PolicyStore policies, PlanMaker maker, IAccess access)
    {
        var (policy, refusal) = await PolicyBody.ReadAsync(context.Request);
        if (refusal is not null || (policy is null && policies.Current is null))
        {
            return refusal ?? NoPolicy();
        }

        var current = policies.Current;
        var request = policy is null || policy.Text == current?.Policy.Text
            ? new PlanRequest(current!.Policy, current.Version, access.NameOf(context), RunId: null)
            : new PlanRequest(policy, Version: null, access.NameOf(context), RunId: null);
        var plan = await maker.MakeAsync(request, context.RequestAborted);
        return Results.Created($"{AdminEndpoints.Root}/plans/{plan.Id}", PlanView.Of(plan));
    }

    private static IResult List(Plans plans, long? before, int? n) => Results.Ok(plans.List(before, AdminEndpoints.PageSizeOf(n)).Select(PlanView.Of));

    private static IResult Find(Plans plans, long id) => plans.Find(id) is { } plan ? Results.Ok(PlanView.Of(plan)) : Unknown(id);

    private static IResult ListTags(Plans plans, long id, long? after, int? n) =>
        plans.Find(id) is null ? Unknown(id) : Results.Ok(plans.Tags(id, after ?? 0, AdminEndpoints.PageSizeOf(n)).Select(PlannedTagView.Of));

    private static IResult ListManifests(Plans plans, long id, long? after, int? n) =>
        plans.Find(id) is null ? Unknown(id) : Results.Ok(plans.Manifests(id, after ?? 0, AdminEndpoints.PageSizeOf(n)).Select(PlannedManifestView.Of));

    private static async Task<IResult> ApplyAsync(HttpContext context, long id, PlanApplication application, IAccess access)
    {
        var outcome = await application.ApplyAsync(id, access.NameOf(context), context.RequestAborted);
        return outcome.Plan is not { } plan ? Unknown(id)
            : outcome.Refusal is { } refusal ? Results.Problem(refusal, statusCode: StatusCodes.Status409Conflict, extensions: new Dictionary<string, object?> { ["moved"] = outcome.Moved.Select(moved => moved.ToString()) })
            : Results.Ok(PlanView.Of(plan));
    }

    private static async Task<IResult> BackTestAsync(HttpContext context, PolicyStore policies, BackTests backTests, int? days)
    {
        if (days is < 1 or > BackTests.MostDays)
        {
            return AdminEndpoints.Refusal(StatusCodes.Status400BadRequest, $"'days' must be from 1 to {BackTests.MostDays}.");
        }

        var (policy, refusal) = await PolicyBody.ReadAsync(context.Request);
        policy ??= policies.Current?.Policy;
        return refusal ?? (policy is null ? NoPolicy() : Results.Ok(await backTests.RunAsync(policy, days ?? BackTests.Days, context.RequestAborted)));
    }

    private static IResult Unknown(long id) => AdminEndpoints.Refusal(StatusCodes.Status404NotFound, $"There is no plan {id}. GET {AdminEndpoints.Root}/plans lists them.");

    private static IResult NoPolicy() => AdminEndpoints.Refusal(StatusCodes.Status409Conflict, "No retention policy is set. Set one (PUT /api/v1/policy), or send one as the body to try it out.");
}
