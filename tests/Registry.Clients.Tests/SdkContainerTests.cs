using System.Text.Json;
using Registry.Clients.Tests.Clients;
using Registry.Clients.Tests.Images;
using Registry.Testing;

namespace Registry.Clients.Tests;

/// <summary>The .NET SDK's own client: <c>dotnet publish -t:PublishContainer</c>, from a base image in ours to an image in ours.</summary>
public sealed class SdkContainerTests(RunningRegistry registry) : IAsyncDisposable
{
    private const string BaseImage = "mcr.microsoft.com/dotnet/aspnet:10.0";

    private readonly string repository = RunningRegistry.NewRepository();
    private readonly TestFolder folder = new();
    private readonly LocalImages images = new();

    [Fact]
    public async Task Published_program_is_pulled_and_run_by_docker()
    {
        await Docker.RequireAsync();
        await Docker.RequireImageAsync(BaseImage);
        var baseRepository = RunningRegistry.NewRepository();
        var baseImage = await images.TagAsync(BaseImage, registry.Name(baseRepository, ":10.0"));
        await Docker.RunAsync("push", baseImage);
        var project = await WriteProgramAsync("It runs.");

        await PublishAsync(project, from: baseImage);

        var name = images.Add(registry.Name(repository, ":1.0"));
        await Docker.RunAsync("pull", name);
        Assert.Equal("[dotnet /app/hello.dll]", await Docker.InspectAsync(name, "{{.Config.Entrypoint}}"));
        Assert.Equal("It runs.", (await Docker.PrintedByAsync(name)).Trim());
        Assert.Equal(await LayersAsync(baseImage), (await LayersAsync(name)).SkipLast(1));
        Assert.Equal(["1.0", "latest"], await registry.TagsAsync(repository));
    }

    public async ValueTask DisposeAsync()
    {
        await images.DisposeAsync();
        folder.Dispose();
    }

    private async Task<string> WriteProgramAsync(string prints)
    {
        var project = Path.Combine(folder.Path, "hello.csproj");
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "Program.cs"), $"System.Console.WriteLine(\"{prints}\");");
        await File.WriteAllTextAsync(project, """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <UseAppHost>false</UseAppHost>
                <ContainerImageTags>1.0;latest</ContainerImageTags>
              </PropertyGroup>
            </Project>
            """);
        return project;
    }

    private async Task PublishAsync(string project, string from) => await Tool.RunAsync(
        "dotnet",
        [
            "publish", project, "-t:PublishContainer", $"-p:ContainerBaseImage={from}", $"-p:ContainerRegistry={registry.Authority}",
            $"-p:ContainerRepository={repository}", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:NuGetAudit=false",
        ],
        // The SDK speaks plain HTTP to "localhost" unasked, to an address only when it is told.
        new Dictionary<string, string?> { ["DOTNET_CONTAINER_INSECURE_REGISTRIES"] = registry.Authority },
        folder.Path);

    private static async Task<IEnumerable<string>> LayersAsync(string image) =>
        JsonSerializer.Deserialize<string[]>(await Docker.InspectAsync(image, "{{json .RootFS.Layers}}"))!;
}
