using Registry.Api.Configuration;

namespace Registry.Api.Tests.Configuration;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("registry-test-").FullName;

    [Fact]
    public void It_is_made_with_its_parents_and_held_until_it_is_disposed_of()
    {
        var path = Path.Combine(folder, "a", "b");
        using (var held = DataDirectory.TryOpen(path, out var none))
        {
            Assert.Equal((path, null), (held?.Path, none));
            Assert.Null(DataDirectory.TryOpen(path, out var mistake));
            Assert.StartsWith($"Registry:DataDirectory '{path}' is in use", mistake, StringComparison.Ordinal);
        }

        using var again = DataDirectory.TryOpen(path, out _);
        Assert.NotNull(again);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("file/below")]
    [InlineData("a\0b")]
    public void A_folder_that_cannot_be_is_a_mistake_under_its_key(string name)
    {
        File.WriteAllText(Path.Combine(folder, "file"), "");
        Assert.Null(DataDirectory.TryOpen(folder + "/" + name, out var mistake));
        Assert.StartsWith("Registry:DataDirectory '", mistake, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
