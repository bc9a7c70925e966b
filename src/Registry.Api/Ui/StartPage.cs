using System.Reflection;
using Registry.Api.Observability;

namespace Registry.Api.Ui;

/// <summary>What somebody sees who opens the registry's address in a browser: what it is and how to use it.</summary>
internal static class StartPage
{
    private static readonly string Version =
        typeof(StartPage).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public static void MapStartPage(this IEndpointRouteBuilder app) => app.MapGet("/", Text);

    private static string Text(HttpContext context) => $"""
        This is a container registry (registry {Version}). Clients speak the OCI distribution API with it, below /v2/.

          docker push {context.Request.Host}/<repository>:<tag>
          docker pull {context.Request.Host}/<repository>:<tag>

        /v2/_catalog    the repositories
        {Health.ReadyPath}   whether it can do its work
        /metrics        figures for Prometheus

        """;
}
