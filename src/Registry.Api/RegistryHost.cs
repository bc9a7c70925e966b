using Microsoft.EntityFrameworkCore;
using Registry.Api.Admin;
using Registry.Api.Auth;
using Registry.Api.Cli;
using Registry.Api.Configuration;
using Registry.Api.Observability;
using Registry.Api.Oci;
using Registry.Api.Owning;
using Registry.Api.Ui;
using Registry.Gc.Checking;
using Registry.Gc.Jobs;
using Registry.Gc.Liveness;
using Registry.Gc.Moving;
using Registry.Gc.Planning;
using Registry.Gc.Policies;
using Registry.Gc.Sweeping;
using Registry.Storage.Blobs;
using Registry.Storage.Buckets;
using Registry.Storage.Content;
using Registry.Storage.Index;
using Registry.Storage.Journal;

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

            if (await BeginAsync(app.Services) is { Count: > 0 } mistakes)
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

            return Refuse([Explain(e, builder, dataDirectory)]);
        }

        quiet.End();
        SayWhereItIs(app, dataDirectory);
        var owned = app.Services.GetRequiredService<OwnedServices>();
        await using (app)
        {
            await app.WaitForShutdownAsync();
        }

        return owned.Mistakes.Count > 0 ? Refuse(owned.Mistakes) : owned.IsFenced ? End() : 0;
    }

    private static int End()
    {
        Console.Error.WriteLine("Another registry has taken over the bucket, so this one has ended. Nothing that was acknowledged is lost. Started again it is a standby.");
        return ExitCodes.TakenOver;
    }

    private static void AddServices(WebApplicationBuilder builder, RegistryOptions options, string dataDirectory)
    {
        builder.WebHost.ConfigureKestrel(ConnectionLimits.Apply);
        builder.WebHost.UseSockets(ConnectionLimits.Apply);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(services => new Beginning(cancellationToken => BringUpToDateAsync(services, cancellationToken), e => Explain(e, builder, dataDirectory)));
        builder.Services.AddSingleton<OwnedServices>();
        builder.Services.AddHostedService(services => services.GetRequiredService<OwnedServices>());
        builder.Services.AddWhenOwned(services =>
        {
            if (options.Storage.Provider == StorageProvider.S3)
            {
                // First, so that it is stopped last: whatever the others still write at their end is in the journal, too.
                AddIndexInBucket(services, options, dataDirectory);
            }

            services.AddContent(dataDirectory, options.Storage, options.Collection);
            services.AddRetention();
            services.AddSweeping();
            services.AddLiveness();
            services.AddChecking(options.Check);
            services.AddMoving(options.Migration);
            services.AddCollectionJobs(options.Collection);
        });
        builder.Services.AddSingleton<IAccess, OpenAccess>();
        builder.Services.AddOci();
        builder.Services.AddAdmin();
        builder.Services.AddHealth();
        builder.AddTelemetry();
    }

    private static void AddIndexInBucket(IServiceCollection services, RegistryOptions options, string dataDirectory)
    {
        services.AddBucketOwnership(dataDirectory, $"{Environment.MachineName} (process {Environment.ProcessId})", new TakeoverTimes(options.Index.TakeoverAfter), new StandbyOptions(options.Index.StandbyReads));
        services.AddJournal(new JournalOptions(dataDirectory, Deadlines.LongestPromise(options.Collection)) { KeepSnapshots = options.Index.KeepSnapshots });
        services.AddSnapshotJobs(options.Index);
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
        if (app.Services.GetService<StandbyOptions>() is not null)
        {
            // With a bucket. Who has the disk has it to the end.
            app.UseMiddleware<OwnershipGate>();
        }

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

    /// <summary>Who is the owner already begins before anybody can ask it anything; else what can be checked now is.</summary>
    private static Task<IReadOnlyList<string>> BeginAsync(IServiceProvider services) =>
        services.GetRequiredService<IOwnership>().Owned.IsCompleted
            ? services.GetRequiredService<Beginning>().RunAsync(CancellationToken.None)
            : services.GetRequiredService<PolicyFile>().FindMistakesAsync(CancellationToken.None);

    private static async Task<IReadOnlyList<string>> BringUpToDateAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await using (var db = await services.GetRequiredService<IDbContextFactory<IndexContext>>().CreateDbContextAsync(cancellationToken))
        {
            IndexDatabase.Migrate(db);
            if (services.GetService<IJournal>() is null)
            {
                // From now on this index has changes that no journal has: if it was in a bucket, it must not be taken for the one there.
                await db.Pending.ExecuteDeleteAsync(cancellationToken);
                await db.JournalPosition.ExecuteDeleteAsync(cancellationToken);
            }
        }

        if (services.GetService<SnapshotTaking>() is { } snapshots)
        {
            await snapshots.TakeFirstAsync(cancellationToken);
        }

        if (await OpenStoresAsync(services.GetRequiredService<StoresInUse>(), services.GetRequiredService<StorageOptions>()) is { } unreachable)
        {
            return [unreachable];
        }

        // Opened now: at the first question it could be another file already.
        services.GetRequiredService<IndexFile>();
        return await services.GetRequiredService<PolicyFile>().ApplyAsync(cancellationToken);
    }

    private static string Explain(Exception e, WebApplicationBuilder builder, string dataDirectory) =>
        StartFailure.Explain(e, Path.Combine(dataDirectory, IndexDatabase.FileName), builder.Configuration["urls"]);

    /// <summary>Null if everything that is stored can be reached; else what is wrong and what to do.</summary>
    private static async Task<string?> OpenStoresAsync(StoresInUse stores, StorageOptions storage)
    {
        if (stores.FindMistake(storage.Provider, storage.MigrateFrom) is { } mistake)
        {
            return mistake;
        }

        await stores.AddAsync(storage.Provider, CancellationToken.None);
        return null;
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
