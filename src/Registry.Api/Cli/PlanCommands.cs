using System.CommandLine;
using Registry.Api.Admin;

namespace Registry.Api.Cli;

/// <summary><c>retention plan|show|plans|apply</c>.</summary>
internal static class PlanCommands
{
    public static Command CreatePlan()
    {
        var (policy, format) = (PolicyFiles.Option(), PlanOutput.Format());
        var command = new Command("plan", "Makes a plan: which tags go, by which rule, and what that frees. Removes nothing.") { policy, format };
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            var body = await PolicyFiles.ReadAsync(parsed.GetValue(policy), cancellationToken);
            var plan = await client.PostAsync<PlanView>("/plans", body, cancellationToken);
            await PlanOutput.WriteAsync(parsed, parsed.GetValue(format), client, plan, cancellationToken);
            return ExitCodes.Success;
        });
        return command;
    }

    public static Command CreateShow()
    {
        var (id, format) = (PlanArgument(), PlanOutput.Format());
        var command = new Command("show", "Shows a plan that was made, or what became of it.") { id, format };
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            var plan = await client.GetAsync<PlanView>($"/plans/{Output.Number(parsed.GetValue(id))}", cancellationToken);
            await PlanOutput.WriteAsync(parsed, parsed.GetValue(format), client, plan, cancellationToken);
            return ExitCodes.Success;
        });
        return command;
    }

    public static Command CreatePlans()
    {
        var count = new Option<int>("--count") { Description = "How many plans to show.", DefaultValueFactory = _ => 10 };
        var command = new Command("plans", "Lists the latest plans; scheduled runs make them too.") { count };
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            var plans = await client.GetAsync<List<PlanView>>($"/plans?n={Output.Number(parsed.GetValue(count))}", cancellationToken);
            if (!Output.WriteJson(parsed, plans))
            {
                Output.WriteTable(["plan", "status", "policy", "made (UTC)", "by", "run", "tags", "manifests", "frees", "applied (UTC)", "removed"], plans.Select(Cells));
            }

            return ExitCodes.Success;
        });
        return command;
    }

    public static Command CreateApply()
    {
        var id = PlanArgument();
        var command = new Command("apply", "Does exactly what a plan lists. If something in it has changed since, nothing is done, and it says what.") { id };
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            var plan = await client.PostAsync<PlanView>($"/plans/{Output.Number(parsed.GetValue(id))}/apply", content: null, cancellationToken);
            if (!Output.WriteJson(parsed, plan))
            {
                var left = plan.Tags - plan.RemovedTags;
                Output.Say($"Plan {Output.Number(plan.Id)}: {Output.Number(plan.RemovedTags)} tags removed{(left > 0 ? $", {Output.Number(left)} left alone since they moved meanwhile ('retention show {Output.Number(plan.Id)}' says which)" : "")}.");
                Output.Say("Their manifests can be pulled and their tags restored ('tag restore') until the collection removes them.");
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static Argument<long> PlanArgument() => new("plan") { Description = "The plan's number, as 'retention plan' prints it." };

    private static string[] Cells(PlanView plan) =>
    [
        Output.Number(plan.Id), plan.Status, plan.PolicyVersion is { } version ? Output.Number(version) : "", Output.Time(plan.MadeAt), plan.MadeBy, plan.RunId is { } run ? Output.Number(run) : "",
        Output.Number(plan.Tags), Output.Number(plan.Manifests), Output.Bytes(plan.FreedBytes), Output.Time(plan.AppliedAt), plan.AppliedAt is null ? "" : Output.Number(plan.RemovedTags),
    ];
}
