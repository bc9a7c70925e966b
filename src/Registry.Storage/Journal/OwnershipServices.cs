using Microsoft.Extensions.DependencyInjection;

namespace Registry.Storage.Journal;

/// <summary>Wires who owns the bucket. <c>IBucket</c> and <see cref="IFollowedIndex"/> the caller registers.</summary>
public static class OwnershipServices
{
    /// <param name="dataDirectory">Held by this process alone.</param>
    /// <param name="who">This process, for people.</param>
    /// <param name="times">When the others take over.</param>
    /// <param name="standby">What it may answer while another one is the owner.</param>
    public static IServiceCollection AddBucketOwnership(this IServiceCollection services, string dataDirectory, string who, TakeoverTimes times, StandbyOptions standby)
    {
        services.AddSingleton(standby);
        services.AddSingleton(times);
        services.AddSingleton<Lease>();
        services.AddSingleton(_ => OwnerIdentity.Of(dataDirectory, who));
        services.AddSingleton<OwnerBoard>();
        services.AddSingleton<IOwnership, Ownership>();
        return services;
    }
}
