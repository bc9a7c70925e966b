namespace Registry.Soak.Clients;

/// <summary>One kind of client: what it does again and again.</summary>
internal interface IClient
{
    /// <summary>One round: a few requests, and waits of a promise or so.</summary>
    Task RunOnceAsync(Visit visit);
}
