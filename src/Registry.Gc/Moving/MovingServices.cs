using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Registry.Storage.Blobs;

namespace Registry.Gc.Moving;

/// <summary>Wires the move of stored objects to another store.</summary>
public static class MovingServices
{
    public static IServiceCollection AddMoving(this IServiceCollection services, MoveOptions options)
    {
        services.AddSingleton<SourceObjects>();
        services.AddSingleton<Moves>();
        services.AddSingleton<Mover>();
        services.AddSingleton(provider => new MoveTiming(new BytePace(provider.GetRequiredService<TimeProvider>(), options.BytesPerSecond), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new MoveRunner(
            provider.GetRequiredService<IBlobStore>(), provider.GetRequiredService<Mover>(), provider.GetRequiredService<Moves>(),
            provider.GetRequiredService<MoveTiming>(), provider.GetRequiredService<ILogger<MoveRunner>>()));
        services.AddHostedService(provider => provider.GetRequiredService<MoveRunner>());
        return services;
    }
}
