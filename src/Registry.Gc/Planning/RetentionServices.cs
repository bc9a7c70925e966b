using Microsoft.Extensions.DependencyInjection;
using Registry.Gc.Policies;
using Registry.Gc.Sweeping;
using Registry.Storage.Content;

namespace Registry.Gc.Planning;

/// <summary>Wires retention: the policy, its plans, and the step of a run that makes and applies one.</summary>
public static class RetentionServices
{
    /// <summary>To be called before the sweep's own: a run first removes tags, and then what they kept.</summary>
    public static IServiceCollection AddRetention(this IServiceCollection services)
    {
        services.AddSingleton<PolicyStore>();
        services.AddSingleton<IImmutableTags>(provider => provider.GetRequiredService<PolicyStore>());
        services.AddSingleton<PolicyFile>();
        services.AddSingleton<PlanMaker>();
        services.AddSingleton<PlanApplication>();
        services.AddSingleton<PlanRecords>();
        services.AddSingleton<Plans>();
        services.AddSingleton<BackTests>();
        services.AddSingleton<BudgetState>();
        services.AddHostedService<BudgetGauges>();
        services.AddSingleton<ExplanationWords>();
        services.AddSingleton<Explanations>();
        services.AddSingleton<ISweepStep, RetentionStep>();
        return services;
    }
}
