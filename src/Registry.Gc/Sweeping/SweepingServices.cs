using Microsoft.Extensions.DependencyInjection;
using Registry.Gc.Pinning;
using Registry.Storage.Content;

namespace Registry.Gc.Sweeping;

/// <summary>Wires the collection; its steps in the order in which one makes work for the next.</summary>
public static class SweepingServices
{
    public static IServiceCollection AddSweeping(this IServiceCollection services)
    {
        services.AddSingleton<ISweepStep, UploadStep>();
        services.AddSingleton<ISweepStep, PinStep>();
        services.AddSingleton<ISweepStep, SignatureTagStep>();
        services.AddSingleton<ISweepStep, ManifestStep>();
        services.AddSingleton<ISweepStep, LinkStep>();
        services.AddSingleton<ISweepStep, RecordStep>();
        services.AddSingleton<ISweepStep, TagHistoryStep>();
        services.AddSingleton<ISweepStep, RepositoryStep>();
        services.AddSingleton<ISweepStep, ReconcileStep>();
        services.AddSingleton<Pins>();
        services.AddSingleton<ReceiptLog>();
        services.AddSingleton<SweepClock>();
        services.AddSingleton<Runs>();
        services.AddSingleton<Sweeper>();
        services.AddSingleton(provider => new CollectionRunner(provider.GetRequiredService<Sweeper>(), provider.GetRequiredService<Runs>()));
        services.AddHostedService(provider => provider.GetRequiredService<CollectionRunner>());
        return services;
    }
}
