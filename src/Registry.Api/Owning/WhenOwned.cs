namespace Registry.Api.Owning;

/// <summary>What runs in the background, and waits until this process is the owner.</summary>
internal static class WhenOwned
{
    private const string Key = "when owned";

    /// <summary>Adds what <paramref name="add"/> adds; its hosted services are not the host's, but <see cref="OwnedServices"/> starts them.</summary>
    public static void AddWhenOwned(this IServiceCollection services, Action<IServiceCollection> add)
    {
        var added = new ServiceCollection();
        add(added);
        foreach (var descriptor in added)
        {
            services.Add(descriptor.ServiceType == typeof(IHostedService) && !descriptor.IsKeyedService ? Deferred(descriptor) : descriptor);
        }
    }

    /// <summary>In the order in which they were added.</summary>
    public static IEnumerable<IHostedService> Find(IServiceProvider services) => services.GetKeyedServices<IHostedService>(Key);

    private static ServiceDescriptor Deferred(ServiceDescriptor descriptor) => descriptor switch
    {
        { ImplementationFactory: { } make } => ServiceDescriptor.KeyedSingleton(Key, (provider, _) => (IHostedService)make(provider)),
        { ImplementationInstance: { } instance } => ServiceDescriptor.KeyedSingleton(Key, (IHostedService)instance),
        _ => new ServiceDescriptor(typeof(IHostedService), Key, descriptor.ImplementationType!, ServiceLifetime.Singleton),
    };
}
