using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Registry.Api.Oci;
using Registry.Gc.Jobs;
using Registry.Storage.Content;

namespace Registry.Api.Tests.Architecture;

/// <summary>Rooms (namespaces) point one way: to those that stand before them in this table, and of those to the listed ones only.</summary>
public sealed class RoomTests
{
    private static readonly (string Room, string[] Uses)[] Rooms =
    [
        ("Registry.Storage.Model", []),
        ("Registry.Storage.Telemetry", []),
        ("Registry.Storage.Buckets", []),
        ("Registry.Storage.Blobs", ["Registry.Storage.Model", "Registry.Storage.Telemetry", "Registry.Storage.Buckets"]),
        ("Registry.Storage.Index", ["Registry.Storage.Telemetry"]),
        ("Registry.Storage.Index.Migrations", ["Registry.Storage.Index"]),
        ("Registry.Storage.Journal", ["Registry.Storage.Telemetry", "Registry.Storage.Buckets", "Registry.Storage.Index"]),
        ("Registry.Storage.Content", ["Registry.Storage.Buckets", "Registry.Storage.Model", "Registry.Storage.Telemetry", "Registry.Storage.Blobs", "Registry.Storage.Index"]),
        ("Registry.Gc.Retention", ["Registry.Storage.Model"]),
        ("Registry.Gc.Pinning", ["Registry.Storage.Model", "Registry.Storage.Index", "Registry.Storage.Content"]),
        ("Registry.Gc.Sweeping", ["Registry.Gc.Pinning", "Registry.Storage.Model", "Registry.Storage.Index", "Registry.Storage.Content"]),
        ("Registry.Gc.Checking", ["Registry.Storage.Model", "Registry.Storage.Blobs", "Registry.Storage.Index", "Registry.Storage.Content"]),
        ("Registry.Gc.Moving", ["Registry.Storage.Model", "Registry.Storage.Blobs", "Registry.Storage.Index", "Registry.Storage.Content"]),
        ("Registry.Gc.Policies", ["Registry.Gc.Retention", "Registry.Storage.Model", "Registry.Storage.Index", "Registry.Storage.Content"]),
        ("Registry.Gc.Liveness", ["Registry.Storage.Model", "Registry.Storage.Index", "Registry.Storage.Content", "Registry.Gc.Retention", "Registry.Gc.Sweeping"]),
        ("Registry.Gc.Planning", ["Registry.Gc.Retention", "Registry.Gc.Policies", "Registry.Gc.Sweeping", "Registry.Gc.Liveness", "Registry.Storage.Model", "Registry.Storage.Index", "Registry.Storage.Content"]),
        ("Registry.Gc.Jobs", ["Registry.Storage.Index", "Registry.Storage.Content", "Registry.Gc.Sweeping", "Registry.Gc.Checking"]),
        ("Registry.Api.Configuration", ["Registry.Storage.Model", "Registry.Storage.Buckets", "Registry.Storage.Blobs", "Registry.Storage.Content", "Registry.Gc.Jobs", "Registry.Gc.Checking", "Registry.Gc.Moving"]),
        ("Registry.Api.Observability", ["Registry.Gc.Planning", "Registry.Storage.Telemetry", "Registry.Storage.Blobs", "Registry.Storage.Index"]),
        ("Registry.Api.Auth", ["Registry.Storage.Model"]),
        ("Registry.Api.Oci", ["Registry.Storage.Model", "Registry.Storage.Blobs", "Registry.Storage.Content", "Registry.Api.Auth"]),
        ("Registry.Api.Ui", ["Registry.Api.Observability"]),
        ("Registry.Api.Admin", ["Registry.Storage.Model", "Registry.Storage.Blobs", "Registry.Storage.Index", "Registry.Storage.Content", "Registry.Gc.Pinning", "Registry.Gc.Sweeping", "Registry.Gc.Retention", "Registry.Gc.Policies", "Registry.Gc.Planning", "Registry.Gc.Liveness", "Registry.Gc.Checking", "Registry.Gc.Moving", "Registry.Api.Auth"]),
        ("Registry.Api.Cli", ["Registry.Storage.Model", "Registry.Storage.Content", "Registry.Gc.Planning", "Registry.Gc.Checking", "Registry.Api.Configuration", "Registry.Api.Observability", "Registry.Api.Admin"]),
        (
            "Registry.Api",
            [
                "Registry.Storage.Blobs", "Registry.Storage.Content", "Registry.Storage.Index", "Registry.Gc.Checking", "Registry.Gc.Moving", "Registry.Gc.Policies", "Registry.Gc.Planning", "Registry.Gc.Sweeping", "Registry.Gc.Liveness", "Registry.Gc.Jobs", "Registry.Api.Configuration", "Registry.Api.Observability",
                "Registry.Api.Auth", "Registry.Api.Oci", "Registry.Api.Ui", "Registry.Api.Admin", "Registry.Api.Cli",
            ]),
    ];

    private static readonly ArchUnitNET.Domain.Architecture Code =
        new ArchLoader().LoadAssemblies(typeof(BlobContent).Assembly, typeof(CollectionJobs).Assembly, typeof(OciPath).Assembly).Build();

    public static TheoryData<string> RoomNames => [.. Rooms.Select(room => room.Room)];

    [Theory]
    [MemberData(nameof(RoomNames))]
    public void A_room_uses_the_rooms_of_its_row_and_no_others(string room)
    {
        var uses = Rooms.Single(row => row.Room == room).Uses;
        var found = Ours
            .Where(type => RoomOf(type) == room)
            .SelectMany(type => type.Dependencies)
            .Where(dependency => RoomOf(dependency.Target).StartsWith("Registry.", StringComparison.Ordinal) && RoomOf(dependency.Target) != room)
            .ToLookup(dependency => RoomOf(dependency.Target), dependency => $"{dependency.Origin.Name} → {dependency.Target.Name}");
        Assert.Equal([], found.Where(used => !uses.Contains(used.Key)).SelectMany(used => used.Distinct()));
    }

    [Fact]
    public void The_table_has_every_room_and_points_backwards_only()
    {
        Assert.Equal(Ours.Select(RoomOf).Distinct().Order(), Rooms.Select(row => row.Room).Order());
        var before = new HashSet<string>();
        foreach (var (room, uses) in Rooms)
        {
            Assert.Subset(before, uses.ToHashSet());
            before.Add(room);
        }
    }

    private static IEnumerable<IType> Ours => Code.Types.Where(type => RoomOf(type).StartsWith("Registry.", StringComparison.Ordinal));

    /// <summary>Program, made of top-level statements, has no namespace.</summary>
    private static string RoomOf(IType type) => type.Namespace?.FullName is { Length: > 0 } name ? name : type.FullName == "Program" ? "Registry.Api" : "";
}
