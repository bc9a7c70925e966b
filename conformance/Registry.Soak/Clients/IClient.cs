namespace Registry.Soak.Clients;

/// <summary>One kind of client: what it does again and again.</summary>
internal interface IClient
{
    /// <summary>One round: a few requests, and a wait of at most a promise.</summary>
    Task RunOnceAsync(Visit visit);
}
