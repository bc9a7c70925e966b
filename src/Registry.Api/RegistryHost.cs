using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Registry.Api.Auth;
using Registry.Api.Configuration;
using Registry.Api.Observability;
using Registry.Api.Oci;
using Registry.Api.Ui;
using Registry.Gc.Jobs;
using Registry.Gc.Sweeping;
using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Api;

/// <summary>Builds and runs the server. It either starts whole or says, at once, everything that keeps it from starting.</summary>
internal static class RegistryHost
{
    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Information",
        ["Logging:LogLevel:Quartz"] = "Warning",
        ["Logging:Console:FormatterName"] = "simple",
        ["Logging:Console:FormatterOptions:SingleLine"] = "true",
        ["Logging:Console:FormatterOptions:TimestampFormat"] = "yyyy-MM-ddTHH:mm:ss.fffZ ",
        ["Logging:Console:FormatterOptions:UseUtcTimestamp"] = "true",
    };

    public static async Task<int> RunAsync(string[] args)
    {
        WebApplicationBuilder builder;
        try
        {
            builder = WebApplication.CreateBuilder(args);
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            return Refuse([$"The configuration cannot be read: {e.Message} {e.InnerException?.Message}".TrimEnd()]);
        }

        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = Defaults });
        var (options, settingMistakes) = ConfigurationReader.Read(builder.Configuration);
        List<string> mistakes = [.. settingMistakes, .. ListenAddresses.FindMistakes(builder.Configuration)];
        if (mistakes.Count > 0)
        {
            return Refuse(mistakes);
        }

        using var data = DataDirectory.TryOpen(options.DataDirectory, out var mistake);
        if (data is null)
        {
            return Refuse([mistake!]);
        }

        try
        {
            await using var app = Build(builder, options, data.Path);
            await MigrateAsync(app);
            app.Lifetime.ApplicationStarted.Register(() => SayWhereItIs(app, data.Path));
            await app.RunAsync();
            return 0;
        }
        catch (SqliteException e)
        {
            return Refuse([$"The index '{Path.Combine(data.Path, IndexDatabase.FileName)}' cannot be opened: {e.Message} If it is damaged, put a copy in its place, or name another folder in Registry:DataDirectory."]);
        }
        catch (Exception e)
        {
            return Refuse([e.Message]);
        }
    }

    private static WebApplication Build(WebApplicationBuilder builder, RegistryOptions options, string dataDirectory)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Blobs have no largest size; a manifest's is checked where it is read.
            kestrel.Limits.MaxRequestBodySize = null;
            // So that a name that is far too long is refused by us, with the reason, and not by Kestrel without.
            kestrel.Limits.MaxRequestLineSize = 64 * 1024;
            // A client may stand still while its disk or its line does; the default ends it after five seconds.
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 100, gracePeriod: TimeSpan.FromMinutes(1));
            kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 100, gracePeriod: TimeSpan.FromMinutes(1));
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddContent(dataDirectory, options.Storage, options.Collection);
        builder.Services.AddSweeping();
        builder.Services.AddCollectionJobs(options.Collection);
        builder.Services.AddSingleton<IAccess, OpenAccess>();
        builder.Services.AddOci();
        builder.Services.AddHealth();
        builder.AddTelemetry();

        var app = builder.Build();
        app.UseMiddleware<AccessLogMiddleware>();
        app.UseMiddleware<OciErrorMiddleware>();
        app.UseMiddleware<OciRoutingMiddleware>();
        app.UseRouting();
        app.MapOci();
        app.MapHealth();
        app.MapStartPage();
        app.MapPrometheusScrapingEndpoint("/metrics");
        return app;
    }

    private static async Task MigrateAsync(WebApplication app)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<IndexContext>>().CreateDbContextAsync();
        IndexDatabase.Migrate(db);
    }

    private static void SayWhereItIs(WebApplication app, string dataDirectory)
    {
        var authority = Uri.TryCreate(app.Urls.FirstOrDefault(), UriKind.Absolute, out var url) ? url.Authority : "<host>";
        app.Logger.LogInformation("Data is in {DataDirectory}. Push with: docker push {Authority}/<repository>:<tag>", dataDirectory, authority);
    }

    private static int Refuse(IReadOnlyList<string> mistakes)
    {
        Console.Error.WriteLine("The registry did not start:");
        foreach (var mistake in mistakes)
        {
            Console.Error.WriteLine($"  - {mistake}");
        }

        return 1;
    }
}
