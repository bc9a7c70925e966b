using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Registry.Gc.Checking;

/// <summary>Wires checks; their steps in order.</summary>
public static class CheckingServices
{
    public static IServiceCollection AddChecking(this IServiceCollection services, CheckOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<BlobReading>();
        services.AddSingleton<ICheckStep, IndexStep>();
        services.AddSingleton<ICheckStep, ManifestBodiesStep>();
        services.AddSingleton<ICheckStep, ObjectsStep>();
        services.AddSingleton<ICheckStep, BytesStep>();
        services.AddSingleton<ICheckStep, KnownFindingsStep>();
        services.AddSingleton<Checks>();
        services.AddSingleton<Findings>();
        services.AddSingleton<Checker>();
        services.AddSingleton(provider => new CheckRunner(
            provider.GetRequiredService<Checker>(), provider.GetRequiredService<Checks>(), options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<CheckRunner>>()));
        services.AddHostedService(provider => provider.GetRequiredService<CheckRunner>());
        return services;
    }
}
