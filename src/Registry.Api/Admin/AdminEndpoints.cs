namespace Registry.Api.Admin;

/// <summary>The admin API below <c>/api/v1</c>; its description is at <c>/openapi/v1.json</c>. Refusals are problem details (RFC 9457).</summary>
internal static class AdminEndpoints
{
    public const string Root = "/api/v1";

    /// <summary>Entries of a list that has no <c>n</c>, and the most that one may have.</summary>
    public const int PageSize = 100;
    public const int MaxPageSize = 1000;

    public static void AddAdmin(this IServiceCollection services)
    {
        services.AddOpenApi();
        services.AddProblemDetails();
        services.AddSingleton<TagPages>();
    }

    public static void MapAdmin(this WebApplication app)
    {
        app.MapOpenApi();
        var api = app.MapGroup(Root);
        api.MapRepositories();
        api.MapTags();
        api.MapStorage();
        api.MapIndex();
        api.MapRuns();
        api.MapReceipts();
        api.MapPins();
        api.MapPolicy();
        api.MapPlans();
        api.MapExplain();
        api.MapChecks();
        api.MapMigrations();
    }

    public static IResult Refusal(int status, string detail) => Results.Problem(detail, statusCode: status);

    public static int PageSizeOf(int? asked) => Math.Clamp(asked ?? PageSize, 1, MaxPageSize);
}
