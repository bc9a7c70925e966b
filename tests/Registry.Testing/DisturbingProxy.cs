using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Registry.Testing;

/// <summary>
/// Stands between the registry and its S3 server, on loopback, and brings down some of the requests: which ones a seeded die decides, and each is counted.
/// The server sees the address that the client signed, so signatures hold.
/// </summary>
public sealed class DisturbingProxy : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Forwarder forwarder;
    private readonly Random random;
    private readonly Lock gate = new();
    private readonly CancellationTokenSource ended = new();
    private readonly ConcurrentDictionary<Disturbance, int> counts = new();
    private int requests;
    private int working;

    private DisturbingProxy(WebApplication app, Uri target, int seed)
    {
        this.app = app;
        forwarder = new Forwarder(target, ended.Token);
        random = new Random(seed);
    }

    public Uri Url => new(app.Urls.Single());

    /// <summary>The share of requests that are disturbed, from 0 to 1.</summary>
    public double Rate { get; set; }

    /// <summary>What may happen to them.</summary>
    public IReadOnlyList<Disturbance> Kinds { get; set; } = Enum.GetValues<Disturbance>();

    /// <summary>Takes every request and answers none, until the client has had enough of it.</summary>
    public bool IsHanging { get; set; }

    /// <summary>Requests that have arrived.</summary>
    public int Requests => Volatile.Read(ref requests);

    /// <summary>Whether nothing is under way, late requests included.</summary>
    public bool IsIdle => Volatile.Read(ref working) == 0;

    /// <summary>How often what was done.</summary>
    public string Counts => string.Join(", ", counts.OrderBy(c => c.Key).Select(c => $"{c.Key} {c.Value}"));

    public static async Task<DisturbingProxy> StartAsync(string target, int seed)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
        var app = builder.Build();
        var proxy = new DisturbingProxy(app, new Uri(target), seed);
        app.Run(proxy.HandleAsync);
        await app.StartAsync();
        return proxy;
    }

    /// <summary>From now on everything goes through.</summary>
    public void Heal() => (Rate, IsHanging) = (0, false);

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await app.StopAsync();
        await app.DisposeAsync();
        forwarder.Dispose();
        ended.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        Interlocked.Increment(ref requests);
        Interlocked.Increment(ref working);
        try
        {
            if (IsHanging)
            {
                await HangAsync(context);
            }
            else if (Choose() is { } disturbance)
            {
                counts.AddOrUpdate(disturbance, 1, (_, count) => count + 1);
                await DisturbAsync(context, disturbance);
            }
            else
            {
                await forwarder.ForwardAsync(context);
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            // One of the two sides has hung up.
            context.Abort();
        }
        finally
        {
            Interlocked.Decrement(ref working);
        }
    }

    private Disturbance? Choose()
    {
        lock (gate)
        {
            return random.NextDouble() < Rate ? Kinds[random.Next(Kinds.Count)] : null;
        }
    }

    private async Task DisturbAsync(HttpContext context, Disturbance disturbance)
    {
        switch (disturbance)
        {
            case Disturbance.Delay:
                await Task.Delay(Pause(), TimeProvider.System, context.RequestAborted);
                await forwarder.ForwardAsync(context);
                break;
            case Disturbance.CutInRequest:
                await forwarder.ForwardHalfAsync(context);
                context.Abort();
                break;
            case Disturbance.CutBeforeAnswer:
                (await forwarder.SendAsync(context)).Dispose();
                context.Abort();
                break;
            case Disturbance.CutInAnswer:
                await forwarder.AnswerHalfAsync(context);
                context.Abort();
                break;
            case Disturbance.InternalError:
                await RefuseAsync(context, StatusCodes.Status500InternalServerError, "InternalError");
                break;
            case Disturbance.SlowDown:
                await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "SlowDown");
                break;
            case Disturbance.WithholdAnswer:
                (await forwarder.SendAsync(context)).Dispose();
                await HangAsync(context);
                break;
            case Disturbance.DoLate:
                var late = await Forwarder.TakeAsync(context);
                await HangAsync(context);
                await forwarder.SendAsync(late);
                break;
            default:
                context.Abort();
                break;
        }
    }

    private TimeSpan Pause()
    {
        lock (gate)
        {
            return TimeSpan.FromMilliseconds(random.Next(10, 400));
        }
    }

    /// <summary>Returns when the client has hung up.</summary>
    private async Task HangAsync(HttpContext context)
    {
        // Who does not read does not see either that the other side has gone.
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, ended.Token);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, either.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        context.Abort();
    }

    private static async Task RefuseAsync(HttpContext context, int status, string code)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.WriteAsync($"""<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>On purpose.</Message><RequestId>0</RequestId></Error>""", context.RequestAborted);
        }
    }
}
