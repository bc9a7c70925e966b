using System.IO.Pipelines;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Registry.Gc.Checking;
using Registry.Gc.Moving;
using Registry.Gc.Planning;
using Registry.Gc.Policies;
using Registry.Gc.Retention;
using Registry.Gc.Sweeping;
using Registry.Storage.Blobs;
using Registry.Storage.Content;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Tests.Content;

/// <summary>The whole storage half over a folder of its own and a clock that the test moves.</summary>
public sealed class TestContent : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("registry-content-");
    private ServiceProvider services;
    private Func<IBlobStore>? stores;

    public TestContent()
    {
        services = Build();
        using var db = services.GetRequiredService<IDbContextFactory<IndexContext>>().CreateDbContext();
        IndexDatabase.Migrate(db);
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public string Folder => folder.FullName;

    public CollectionOptions Windows { get; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public IDbContextFactory<IndexContext> Contexts => services.GetRequiredService<IDbContextFactory<IndexContext>>();

    public IndexWriter Writer => services.GetRequiredService<IndexWriter>();

    public IBlobStore Store => services.GetRequiredService<IBlobStore>();

    public BlobContent Blobs => services.GetRequiredService<BlobContent>();

    public UploadBudget Budget => services.GetRequiredService<UploadBudget>();

    public UploadSessions Sessions => services.GetRequiredService<UploadSessions>();

    /// <summary>As after a restart: nothing is remembered of the sessions but what the index says.</summary>
    public UploadSessions NewSessions() => ActivatorUtilities.CreateInstance<UploadSessions>(services, ActivatorUtilities.CreateInstance<TakenSessions>(services));

    public ManifestContent Manifests => services.GetRequiredService<ManifestContent>();

    public ManifestRemoval Removal => services.GetRequiredService<ManifestRemoval>();

    public ManifestPush Pushes => services.GetRequiredService<ManifestPush>();

    public Listings Listings => services.GetRequiredService<Listings>();

    public PullRecorder Pulls => services.GetRequiredService<PullRecorder>();

    public StoreComparison Comparison => services.GetRequiredService<StoreComparison>();

    public StoresInUse Stores => services.GetRequiredService<StoresInUse>();

    public Checks Checks => services.GetRequiredService<Checks>();

    public Findings Findings => services.GetRequiredService<Findings>();

    public CheckRunner CheckRunner => services.GetRequiredService<CheckRunner>();

    public Moves Moves => services.GetRequiredService<Moves>();

    public MoveRunner MoveRunner => services.GetRequiredService<MoveRunner>();

    internal Checker Checker => services.GetRequiredService<Checker>();

    internal Mover Mover => services.GetRequiredService<Mover>();

    public CondemnedObjects Condemned => services.GetRequiredService<CondemnedObjects>();

    public PolicyStore Policies => services.GetRequiredService<PolicyStore>();

    public PlanMaker PlanMaker => services.GetRequiredService<PlanMaker>();

    public PlanApplication PlanApplication => services.GetRequiredService<PlanApplication>();

    public Plans Plans => services.GetRequiredService<Plans>();

    public BudgetState BudgetState => services.GetRequiredService<BudgetState>();

    public BackTests BackTests => services.GetRequiredService<BackTests>();

    public async Task<PolicyVersion> SetPolicyAsync(string text)
    {
        Assert.True(RetentionPolicy.TryParse(text, out var policy, out var mistakes), string.Join('\n', mistakes));
        return await Policies.SetAsync(policy, "admin", Token);
    }

    /// <summary>A plan by the policy that holds.</summary>
    public async Task<PlanRow> PlanAsync() => await PlanMaker.MakeAsync(new PlanRequest(Policies.Current!.Policy, Policies.Current.Version, "admin", RunId: null), Token);

    public static RepositoryName Name(string name) => RepositoryName.Parse(name);

    public static Digest DigestOf(string text) => Digest.Of(DigestAlgorithm.Sha256, Encoding.UTF8.GetBytes(text));

    /// <summary>A body that does not say its length.</summary>
    public static UploadBody Body(string text) => Body(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    public static UploadBody Body(Stream bytes) => new(PipeReader.Create(bytes), Length: null);

    /// <summary>A body that says its length.</summary>
    public static UploadBody SizedBody(string text) => Body(text) with { Length = Encoding.UTF8.GetByteCount(text) };

    public T Read<T>(Func<IndexContext, T> query)
    {
        using var db = services.GetRequiredService<IDbContextFactory<IndexContext>>().CreateDbContext();
        return query(db);
    }

    public async Task<Digest> PushBlobAsync(string repository, string text)
    {
        var digest = DigestOf(text);
        var session = (await Sessions.BeginAsync(Name(repository), DigestAlgorithm.Sha256, Token)).Value;
        Assert.Null(await Sessions.SealAsync(Name(repository), session.Id, range: null, digest, Body(text), Token));
        return digest;
    }

    public async Task<string?> PullBlobAsync(string repository, Digest digest)
    {
        if (!(await Blobs.FindAsync(Name(repository), digest, Token)).Succeeded(out var found, out _))
        {
            return null;
        }

        await using var reader = (await Blobs.OpenAsync(found, new BlobRange(0, found.Size), Token)).Value;
        using var bytes = new MemoryStream();
        var pipe = PipeWriter.Create(bytes, new StreamPipeWriterOptions(leaveOpen: true));
        await reader.CopyToAsync(pipe, Token);
        await pipe.CompleteAsync();
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>Puts an image manifest whose config is the first blob and whose layers are the others.</summary>
    public async Task<Digest> PutManifestAsync(string repository, string[] tags, params Digest[] blobs) =>
        (await TryPutAsync(repository, tags, MediaTypes.OciManifest, ManifestJson(blobs))).Value;

    /// <summary>Puts an index over manifests of the repository.</summary>
    public async Task<Digest> PutIndexAsync(string repository, string[] tags, params Digest[] children) =>
        (await TryPutAsync(repository, tags, MediaTypes.OciIndex, IndexJson(children))).Value;

    public async Task<Outcome<Digest>> TryPutAsync(string repository, string[] tags, string mediaType, string json, TagCondition? condition = null, string by = "ci")
    {
        var body = Encoding.UTF8.GetBytes(json);
        var document = ManifestDocument.Parse(body, mediaType).Value;
        var digest = Digest.Of(DigestAlgorithm.Sha256, body);
        var error = await Pushes.PutAsync(new PushedManifest(Name(repository), digest, document, body, [.. tags.Select(Tag.Parse)], condition ?? TagCondition.None, by), Token);
        return error is null ? digest : error;
    }

    public async Task<bool> CanPullAsync(string repository, string reference)
    {
        Assert.True(Reference.TryParse(reference, out var parsed));
        return (await Manifests.PullAsync(Name(repository), parsed, Token)).Error is null;
    }

    public static string ManifestJson(params Digest[] blobs) =>
        $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{{Descriptor(blobs[0])}},"layers":[{{string.Join(',', blobs.Skip(1).Select(Descriptor))}}]}""";

    public static string IndexJson(params Digest[] children) =>
        $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[{{string.Join(',', children.Select(Descriptor))}}]}""";

    /// <summary>The end of a blob's promise in a repository; null while a manifest needs it.</summary>
    public DateTimeOffset? KeptUntil(string repository, Digest blob)
    {
        var text = blob.ToString();
        return Read(db => db.Links.Where(l => l.Blob!.Digest == text && db.Repositories.Any(r => r.Id == l.RepositoryId && r.Name == repository)).Select(l => l.KeptUntil).Single());
    }

    public ManifestRow ManifestRow(string repository, Digest digest)
    {
        var text = digest.ToString();
        return Read(db => db.Manifests.Single(m => m.Digest == text && db.Repositories.Any(r => r.Id == m.RepositoryId && r.Name == repository)));
    }

    public async Task<IReadOnlyList<StoredObject>> StoredAsync()
    {
        var stored = new List<StoredObject>();
        foreach (var part in StoragePart.All)
        {
            stored.AddRange(await Store.ListAsync(part, Token).ToListAsync(Token));
        }

        return stored;
    }

    /// <summary>One run of the collection.</summary>
    public async Task<RunRow> SweepAsync(ReconcileScope reconcile = ReconcileScope.Due)
    {
        var run = await services.GetRequiredService<Runs>().AddAsync("test", Token);
        await services.GetRequiredService<Sweeper>().RunAsync(run, reconcile, Token);
        Assert.Null(run.Error);
        return Run(run.Id);
    }

    /// <summary>A run as it is now: what it condemned may have been deleted since.</summary>
    public RunRow Run(long id) => services.GetRequiredService<Runs>().Find(id)!;

    /// <summary>The steps of the sweep, to be run batch by batch.</summary>
    internal IReadOnlyList<ISweepStep> SweepSteps => [.. services.GetServices<ISweepStep>()];

    /// <summary>One check, to its end.</summary>
    public async Task<CheckRow> CheckAsync(bool read = false, bool repair = false)
    {
        var check = await Checks.AddAsync("test", read, repair, Token);
        await Checker.RunAsync(check, Token);
        return Checks.Find(check.Id)!;
    }

    /// <summary>As after a restart with other blob stores.</summary>
    public async Task RestartAsync(Func<IBlobStore> withStores)
    {
        stores = withStores;
        await CrashAsync();
    }

    /// <summary>As after kill -9: everything in memory is gone, what was committed is there.</summary>
    public async Task CrashAsync()
    {
        await services.DisposeAsync();
        services = Build();
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }

    private static string Descriptor(Digest digest) => $$"""{"mediaType":"application/x","digest":"{{digest}}","size":1}""";

    private ServiceProvider Build()
    {
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton<TimeProvider>(Time);
        collection.AddContent(folder.FullName, new StorageOptions(), Windows);
        collection.AddRetention();
        collection.AddSweeping();
        // The clock stands still: nothing may wait for its turn.
        collection.AddChecking(new CheckOptions { BytesPerSecond = 0 });
        collection.AddMoving(new MoveOptions { BytesPerSecond = 0 });
        if (stores is not null)
        {
            collection.AddSingleton(stores());
        }

        return collection.BuildServiceProvider(validateScopes: true);
    }
}
