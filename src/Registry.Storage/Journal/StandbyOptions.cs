namespace Registry.Storage.Journal;

/// <summary>What a standby may answer.</summary>
/// <param name="Reads">GET and HEAD of manifests, tags and blobs, from its copy of the index, which may be some seconds behind; each answer says so.</param>
public sealed record StandbyOptions(bool Reads);
