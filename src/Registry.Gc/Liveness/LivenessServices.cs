using Microsoft.Extensions.DependencyInjection;

namespace Registry.Gc.Liveness;

public static class LivenessServices
{
    public static IServiceCollection AddLiveness(this IServiceCollection services) => services.AddSingleton<ContentLiveness>();
}
