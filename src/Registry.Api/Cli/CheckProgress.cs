using Registry.Api.Admin;

namespace Registry.Api.Cli;

/// <summary>Waits for a check.</summary>
internal static class CheckProgress
{
    public static Task<CheckView> FollowAsync(AdminClient client, CheckView check, bool isQuiet, CancellationToken cancellationToken) =>
        Following.RunAsync(
            check, () => client.GetAsync<CheckView>($"/checks/{Output.Number(check.Id)}", cancellationToken), now => now.EndedAt is not null, Show, isQuiet, cancellationToken);

    private static (string Line, double? Done) Show(CheckView check) => check.Bytes > 0 && check.BytesToRead > 0
        ? ($"{check.Step}  {Output.Bytes(check.Bytes)} of {Output.Bytes(check.BytesToRead)}, {Output.Number(check.Findings)} findings", Math.Min(1, (double)check.Bytes / check.BytesToRead))
        : ($"{check.Step}  {Output.Number(check.Manifests)} manifests, {Output.Number(check.Objects)} objects, {Output.Number(check.Findings)} findings", null);
}
