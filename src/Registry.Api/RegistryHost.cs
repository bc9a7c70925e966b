using Microsoft.EntityFrameworkCore;
using Registry.Api.Admin;
using Registry.Api.Auth;
using Registry.Api.Configuration;
using Registry.Api.Observability;
using Registry.Api.Oci;
using Registry.Api.Ui;
using Registry.Gc.Jobs;
using Registry.Gc.Liveness;
using Registry.Gc.Planning;
using Registry.Gc.Policies;
using Registry.Gc.Sweeping;
using Registry.Storage.Blobs;
using Registry.Storage.Buckets;
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
        catch (Exception e)
        {
            return Refuse([$"The configuration cannot be read: {e.Message} {e.InnerException?.Message}".TrimEnd()]);
        }

        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = Defaults });
        var (options, found) = ConfigurationReader.Read(builder.Configuration);
        List<string> mistakes = [.. found, .. ListenAddresses.FindMistakes(builder.Configuration)];
        if (mistakes.Count > 0)
        {
            // The folder is not made now, but what would be wrong with it belongs to the list.
            return Refuse([.. mistakes, .. DataDirectory.FindMistakes(options.DataDirectory)]);
        }

        using var data = DataDirectory.TryOpen(options.DataDirectory, out var mistake);
        return data is null ? Refuse([mistake!]) : await RunAsync(builder, options, data.Path);
    }

    private static async Task<int> RunAsync(WebApplicationBuilder builder, RegistryOptions options, string dataDirectory)
    {
        var quiet = new QuietStart();
        quiet.AddTo(builder.Logging);
        WebApplication? app = null;
        try
        {
            AddServices(builder, options, dataDirectory);
            app = builder.Build();
            if (await FindBucketErrorsAsync(app, options.Storage) is { Count: > 0 } errors)
            {
                await app.DisposeAsync();
                return Refuse(errors);
            }

            await MigrateAsync(app);
            if (await app.Services.GetRequiredService<PolicyFile>().ApplyAsync(CancellationToken.None) is { Count: > 0 } mistakes)
            {
                await app.DisposeAsync();
                return Refuse(mistakes);
            }

            Map(app);
            await app.StartAsync();
        }
        catch (Exception e)
        {
            if (app is not null)
            {
                await app.DisposeAsync();
            }

            return Refuse([StartFailure.Explain(e, Path.Combine(dataDirectory, IndexDatabase.FileName), builder.Configuration["urls"])]);
        }

        quiet.End();
        SayWhereItIs(app, dataDirectory);
        await using (app)
        {
            await app.WaitForShutdownAsync();
        }

        return 0;
    }

    private static void AddServices(WebApplicationBuilder builder, RegistryOptions options, string dataDirectory)
    {
        builder.WebHost.ConfigureKestrel(ConnectionLimits.Apply);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddContent(dataDirectory, options.Storage, options.Collection);
        builder.Services.AddRetention();
        builder.Services.AddSweeping();
        builder.Services.AddLiveness();
        builder.Services.AddCollectionJobs(options.Collection);
        builder.Services.AddSingleton<IAccess, OpenAccess>();
        builder.Services.AddOci();
        builder.Services.AddAdmin();
        builder.Services.AddHealth();
        builder.AddTelemetry();
    }

    private static void Map(WebApplication app)
    {
        app.UseMiddleware<AccessLogMiddleware>();
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            // The admin API's counterpart of OciErrorMiddleware: what the index or the disk cannot do now may be tried again.
            StatusCodeSelector = e => StorageFull.Is(e) ? StatusCodes.Status507InsufficientStorage
                : IndexFailure.Is(e) || e is IOException ? StatusCodes.Status503ServiceUnavailable
                : StatusCodes.Status500InternalServerError,
        });
        app.UseStatusCodePages(refused => Results.Problem(statusCode: refused.HttpContext.Response.StatusCode).ExecuteAsync(refused.HttpContext));
        app.UseMiddleware<OciErrorMiddleware>();
        app.UseMiddleware<OciRoutingMiddleware>();
        app.UseRouting();
        app.MapOci();
        app.MapAdmin();
        app.MapHealth();
        app.MapStartPage();
        app.MapPrometheusScrapingEndpoint("/metrics");
    }

    /// <summary>Looks at the bucket, if there is one: what keeps the registry from working. Warnings go to the log.</summary>
    private static async Task<IReadOnlyList<string>> FindBucketErrorsAsync(WebApplication app, StorageOptions storage)
    {
        if (storage.Provider != StorageProvider.S3)
        {
            return [];
        }

        var findings = await S3Check.RunAsync(storage.S3, CancellationToken.None);
        foreach (var warning in findings.Where(f => f.Severity == S3Severity.Warning))
        {
            app.Logger.LogWarning("{Warning}", warning.Message);
        }

        return [.. findings.Where(f => f.Severity == S3Severity.Error).Select(f => f.Message)];
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
