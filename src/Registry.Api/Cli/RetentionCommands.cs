using System.CommandLine;

namespace Registry.Api.Cli;

/// <summary><c>retention …</c>: what the policy is, what it would remove, and removing it.</summary>
internal static class RetentionCommands
{
    public static Command Create() => new("retention", "Which tags stay: the policy, and plans of what it removes.")
    {
        PlanCommands.CreatePlan(),
        PlanCommands.CreateShow(),
        PlanCommands.CreatePlans(),
        PlanCommands.CreateApply(),
        ExplainCommand.Create(),
        BackTestCommand.Create(),
        PolicyCommands.Create(),
    };
}
