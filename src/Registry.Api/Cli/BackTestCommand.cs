using System.CommandLine;
using Registry.Api.Admin;
using Registry.Gc.Planning;

namespace Registry.Api.Cli;

/// <summary><c>retention backtest</c>: what a policy would have removed that was pulled afterwards.</summary>
internal static class BackTestCommand
{
    public static Command Create()
    {
        var policy = PolicyFiles.Option();
        var days = new Option<int>("--days") { Description = "How far back.", DefaultValueFactory = _ => BackTests.Days };
        var command = new Command("backtest", "What the policy would have removed in the past that was pulled afterwards. Exit code 5 if there is any.") { policy, days };
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            var body = await PolicyFiles.ReadAsync(parsed.GetValue(policy), cancellationToken);
            var report = await client.PostAsync<BackTestReport>($"/backtest?days={Output.Number(parsed.GetValue(days))}", body, cancellationToken);
            if (!Output.WriteJson(parsed, report))
            {
                Write(report);
            }

            return report.MissedCount > 0 ? ExitCodes.Missed : ExitCodes.Success;
        });
        return command;
    }

    private static void Write(BackTestReport report)
    {
        if (report.Missed.Count > 0)
        {
            Output.WriteTable(
                ["tag", "would have gone (UTC)", "why", "pulled again", "first (UTC)", "last (UTC)"],
                report.Missed.Select(m => new[] { $"{m.Repository}:{m.Tag}", Output.Time(m.At), m.Reason, Output.Number(m.Pulls), Output.Time(m.FirstPullAt), Output.Time(m.LastPullAt) }));
        }

        Output.Say($"From {Output.Time(report.From)} on, applied once a day, it would have removed {Output.Number(report.Removals)} tags; {Output.Number(report.MissedCount)} of them were pulled afterwards.");
    }
}
