using System.Text.Json;
using Registry.Api.Auth;
using Registry.Gc.Policies;
using Registry.Gc.Retention;
using Registry.Storage.Index;

namespace Registry.Api.Admin;

/// <summary>A version of the retention policy, as the API shows it.</summary>
/// <param name="Document">The policy as JSON.</param>
/// <param name="Text">The same as it was written, to the last space.</param>
internal sealed record PolicyView(long Version, DateTimeOffset SetAt, string SetBy, JsonElement Document, string Text)
{
    public static PolicyView Of(PolicyRow row) => Of(row.Id, row.SetAt, row.SetBy, row.Text);

    public static PolicyView Of(PolicyVersion version) => Of(version.Version, version.SetAt, version.SetBy, version.Policy.Text);

    private static PolicyView Of(long version, DateTimeOffset setAt, string setBy, string text)
    {
        using var document = JsonDocument.Parse(text);
        return new PolicyView(version, setAt, setBy, document.RootElement.Clone(), text);
    }
}

/// <summary>The answer to a check that found no mistake.</summary>
internal sealed record PolicyChecked(string Mode, int Rules);

/// <summary>The retention policy: what holds, what held before, and a new one.</summary>
internal static class PolicyEndpoints
{
    private const string NoPolicy = "No retention policy is set, so every tag stays. Set one with PUT /api/v1/policy, or 'registry retention policy set <file>'.";

    /// <summary>Versions on one page: each may have a quarter of a million characters, and stands in the answer twice.</summary>
    private const int MostVersions = 20;

    public static void MapPolicy(this RouteGroupBuilder api)
    {
        api.MapGet("/policy", Find).WithSummary("The retention policy that holds.").Produces<PolicyView>().ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPut("/policy", SetAsync).WithSummary("Sets the retention policy (docs/retention.md); the body is the document.").Accepts<JsonElement>("application/json", "*/*")
            .Produces<PolicyView>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status409Conflict);
        api.MapPost("/policy/check", CheckAsync).WithSummary("Says what is wrong with a policy, and sets nothing.").Accepts<JsonElement>("application/json", "*/*").Produces<PolicyChecked>().ProducesValidationProblem();
        api.MapGet("/policy/versions", List).WithSummary("Versions of the policy, newest first, 20 at most; 'before' is the last version of the page before.").Produces<IEnumerable<PolicyView>>();
        api.MapGet("/policy/versions/{version:long}", FindVersion).WithSummary("One version of the policy.").Produces<PolicyView>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static IResult Find(PolicyStore policies) =>
        policies.Current is { } current ? Results.Ok(PolicyView.Of(current)) : AdminEndpoints.Refusal(StatusCodes.Status404NotFound, NoPolicy);

    private static async Task<IResult> SetAsync(HttpContext context, PolicyStore policies, PolicyFile file, IAccess access)
    {
        if (file.Path is { } path)
        {
            return AdminEndpoints.Refusal(StatusCodes.Status409Conflict, $"The policy comes from the file '{path}' (Registry:Collection:PolicyFile). Change it there and restart the registry.");
        }

        var (policy, refusal) = await PolicyBody.ReadAsync(context.Request);
        return policy is null
            ? refusal ?? PolicyBody.Missing()
            : Results.Ok(PolicyView.Of(await policies.SetAsync(policy, access.NameOf(context), context.RequestAborted)));
    }

    private static async Task<IResult> CheckAsync(HttpRequest request)
    {
        var (policy, refusal) = await PolicyBody.ReadAsync(request);
        return policy is null ? refusal ?? PolicyBody.Missing() : Results.Ok(new PolicyChecked(policy.Mode == PolicyMode.Shadow ? "shadow" : "apply", policy.RuleCount));
    }

    private static IResult List(PolicyStore policies, long? before, int? n) => Results.Ok(policies.List(before, Math.Min(AdminEndpoints.PageSizeOf(n), MostVersions)).Select(PolicyView.Of));

    private static IResult FindVersion(PolicyStore policies, long version) =>
        policies.Find(version) is { } row ? Results.Ok(PolicyView.Of(row)) : AdminEndpoints.Refusal(StatusCodes.Status404NotFound, $"There is no version {version} of the policy.");
}
