using Microsoft.AspNetCore.Mvc;
using Registry.Gc.Pinning;
using Registry.Storage.Model;

namespace Registry.Api.Admin;

/// <summary>What a host says that it runs.</summary>
/// <param name="Digests">Digests of manifests; a reference like <c>host/name@sha256:…</c> counts by its digest.</param>
internal sealed record PinReport(IReadOnlyList<string>? Digests);

/// <summary>What a host has pinned.</summary>
internal sealed record HostPins(string Host, IReadOnlyList<string> Digests);

/// <summary>The answer to a report.</summary>
internal sealed record PinsAccepted(string Host, int Pinned, DateTimeOffset ExpiresAt);

/// <summary>Pins: hosts report what they run, and a pinned digest is never removed.</summary>
internal static class PinEndpoints
{
    private const int LongestHost = 255;
    private const int MostDigests = 10_000;
    private const int LargestReport = 4 * 1024 * 1024;

    public static void MapPins(this RouteGroupBuilder api)
    {
        api.MapGet("/pins", List).WithSummary("The hosts with pins that hold.").Produces<IEnumerable<PinnedHost>>();
        api.MapGet("/pins/{host}", Find).WithSummary("What a host has pinned.").Produces<HostPins>().ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPut("/pins/{host}", ReportAsync).WithSummary("Replaces what a host has pinned by what it runs now.")
            .WithMetadata(new RequestSizeLimitAttribute(LargestReport))
            .Produces<PinsAccepted>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status413PayloadTooLarge);
        api.MapDelete("/pins/{host}", RemoveAsync).WithSummary("Forgets a host.").Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static IResult List(Pins pins, string? after, int? n) => Results.Ok(pins.Hosts(after, AdminEndpoints.PageSizeOf(n)));

    private static IResult Find(string host, Pins pins) =>
        pins.DigestsOf(host) is { Count: > 0 } digests ? Results.Ok(new HostPins(host, digests)) : HasNone(host);

    private static async Task<IResult> ReportAsync(string host, PinReport report, Pins pins, CancellationToken cancellationToken)
    {
        if (host.Length > LongestHost || host.Any(char.IsControl))
        {
            return AdminEndpoints.Refusal(StatusCodes.Status400BadRequest, $"A host's name has at most {LongestHost} characters.");
        }

        if (report.Digests is not { Count: <= MostDigests } texts)
        {
            return AdminEndpoints.Refusal(StatusCodes.Status400BadRequest, $"Send {{\"digests\": [\"sha256:…\", …]}}, at most {MostDigests} of them; an empty list unpins everything.");
        }

        var digests = new List<Digest>(texts.Count);
        foreach (var text in texts)
        {
            // "docker inspect" prints RepoDigests as name@digest.
            if (!Digest.TryParse(text?[(text.LastIndexOf('@') + 1)..], out var digest))
            {
                return AdminEndpoints.Refusal(StatusCodes.Status400BadRequest, $"'{text}' has no sha256 or sha512 digest. Nothing was changed.");
            }

            digests.Add(digest);
        }

        var expires = await pins.ReportAsync(host, digests, cancellationToken);
        return Results.Ok(new PinsAccepted(host, digests.Distinct().Count(), expires));
    }

    private static async Task<IResult> RemoveAsync(string host, Pins pins, CancellationToken cancellationToken) =>
        await pins.RemoveAsync(host, cancellationToken) ? Results.NoContent() : HasNone(host);

    private static IResult HasNone(string host) => AdminEndpoints.Refusal(StatusCodes.Status404NotFound, $"'{host}' has no pins.");
}
