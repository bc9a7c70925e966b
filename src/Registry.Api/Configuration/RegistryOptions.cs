using System.ComponentModel;
using Registry.Gc.Checking;
using Registry.Gc.Moving;
using Registry.Storage.Blobs;
using Registry.Storage.Content;
using Registry.Storage.Journal;

namespace Registry.Api.Configuration;

/// <summary>Section <c>Registry</c>: everything that can be set, with its default. docs/configuration.md is tested against it.</summary>
internal sealed record RegistryOptions
{
    [Description("Where the index and, on the file system, the blobs are. Relative to the folder the registry is started in.")]
    public string DataDirectory { get; init; } = "data";

    [Description("How long requests in flight may still take when the registry is stopped.")]
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public StorageOptions Storage { get; init; } = new();

    public IndexOptions Index { get; init; } = new();

    public CollectionOptions Collection { get; init; } = new();

    public CheckOptions Check { get; init; } = new();

    public MoveOptions Migration { get; init; } = new();
}
