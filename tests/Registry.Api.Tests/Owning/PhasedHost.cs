using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Registry.Api.Observability;
using Registry.Api.Oci;
using Registry.Api.Owning;
using Registry.Storage.Journal;
using Registry.Testing;

namespace Registry.Api.Tests.Owning;

/// <summary>A server on a bucket as far as phases go: the gate, health, and services that only the owner runs. Its one answer is given by <see cref="Answer"/>.</summary>
internal sealed class PhasedHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private PhasedHost(WebApplication app) => this.app = app;

    public FakeOwnership Ownership { get; private init; } = null!;

    /// <summary>What began and ended, in order.</summary>
    public List<string> Calls => Ownership.Calls;

    public RequestDelegate Answer { get; set; } = context => Task.CompletedTask;

    public IReadOnlyList<string> Mistakes { get; set; } = [];

    /// <summary>So often the beginning fails before it succeeds.</summary>
    public int FailuresOfBeginning { get; set; }

    public OwnedServices Owned => app.Services.GetRequiredService<OwnedServices>();

    public Task Ended => app.WaitForShutdownAsync();

    public static async Task<PhasedHost> StartAsync(bool staleReads = false)
    {
        var ownership = new FakeOwnership();
        PhasedHost? host = null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore().AddLogging().AddProblemDetails();
        builder.Services.AddSingleton<IOwnership>(ownership);
        builder.Services.AddSingleton(new StandbyOptions(staleReads));
        builder.Services.AddSingleton(new Beginning(
            _ =>
            {
                ownership.Calls.Add("begin");
                if (host!.FailuresOfBeginning-- > 0)
                {
                    throw new IOException("The bucket cannot be reached.");
                }

                return Task.FromResult(host!.Mistakes);
            },
            e => e.Message));
        builder.Services.AddSingleton<OwnedServices>();
        builder.Services.AddHostedService(services => services.GetRequiredService<OwnedServices>());
        builder.Services.AddWhenOwned(services =>
        {
            services.AddSingleton<One>();
            services.AddHostedService<One>();
            services.AddHostedService(provider => new Two(provider.GetRequiredService<IOwnership>()));
        });
        builder.Services.AddHealthChecks().AddCheck<OwnershipCheck>(OwnershipCheck.Name);
        var app = builder.Build();
        app.UseMiddleware<OciErrorMiddleware>();
        app.UseMiddleware<OwnershipGate>();
        app.UseRouting();
        app.MapHealth();
        app.MapFallback(context => host!.Answer(context));
        host = new PhasedHost(app) { Ownership = ownership };
        await app.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    public async Task<HttpResponseMessage> SendAsync(string method, string path)
    {
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task OwnAsync()
    {
        Ownership.Own();
        await Wait.UntilAsync(() => Owned.AreStarted, "the owner's services to run");
    }

    public Task StopAsync() => app.StopAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private abstract class Noted(IOwnership ownership, string name) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => NoteAsync("starts");

        public Task StopAsync(CancellationToken cancellationToken) => NoteAsync("stops");

        private Task NoteAsync(string what)
        {
            ((FakeOwnership)ownership).Calls.Add($"{name} {what}");
            return Task.CompletedTask;
        }
    }

    private sealed class One(IOwnership ownership) : Noted(ownership, "one");

    private sealed class Two(IOwnership ownership) : Noted(ownership, "two");
}
