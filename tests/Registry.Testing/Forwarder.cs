using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Registry.Testing;

/// <summary>Passes HTTP requests on to another server as they are, whole or in half.</summary>
internal sealed class Forwarder(Uri target, CancellationToken ended) : IDisposable
{
    private const int MostOfHalf = 1024 * 1024;

    /// <summary>What belongs to one connection, and is made anew for the other one.</summary>
    private static readonly HashSet<string> OfConnection = new(StringComparer.OrdinalIgnoreCase) { "Connection", "Keep-Alive", "Transfer-Encoding", "Expect", "Content-Length" };

    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5) }) { Timeout = Timeout.InfiniteTimeSpan };

    public async Task ForwardAsync(HttpContext context)
    {
        using var answer = await SendAsync(context);
        Begin(context, answer);
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    /// <summary>Returns when the answer begins.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpContext context) =>
        SendAsync(context, new StreamContent(context.Request.Body), context.RequestAborted);

    /// <summary>A copy of the request, body and all, to be sent whenever.</summary>
    public static async Task<HttpRequestMessage> TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return Copy(context, new ByteArrayContent(body.ToArray()));
    }

    public async Task SendAsync(HttpRequestMessage taken)
    {
        using (taken)
        {
            taken.RequestUri = Address(taken.RequestUri!.OriginalString);
            using var answer = await client.SendAsync(taken, ended);
        }
    }

    /// <summary>The server gets half of the body, and then the connection breaks.</summary>
    public async Task ForwardHalfAsync(HttpContext context)
    {
        var half = new byte[Math.Min(MostOfHalf, (context.Request.ContentLength ?? 0) / 2)];
        await context.Request.Body.ReadExactlyAsync(half, context.RequestAborted);
        if (half.Length > 0)
        {
            using var broken = new BreakingStream(half);
            using var content = new StreamContent(broken);
            try
            {
                (await SendAsync(context, content, context.RequestAborted)).Dispose();
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                // As it was meant to be.
            }
        }
    }

    /// <summary>The client gets half of the answer's body.</summary>
    public async Task AnswerHalfAsync(HttpContext context)
    {
        using var answer = await SendAsync(context);
        if (answer.Content.Headers.ContentLength is > 0 and var length && !HttpMethods.IsHead(context.Request.Method))
        {
            Begin(context, answer);
            var half = new byte[Math.Min(MostOfHalf, length / 2)];
            await (await answer.Content.ReadAsStreamAsync(context.RequestAborted)).ReadExactlyAsync(half, context.RequestAborted);
            await context.Response.Body.WriteAsync(half, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    public void Dispose() => client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpContext context, HttpContent body, CancellationToken cancellationToken)
    {
        using var request = Copy(context, body);
        request.RequestUri = Address(request.RequestUri!.OriginalString);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static HttpRequestMessage Copy(HttpContext context, HttpContent body)
    {
        // The path and the query to the byte: they are signed.
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(path, UriKind.Relative));
        if (context.Request.ContentLength is { } length)
        {
            request.Content = body;
            request.Content.Headers.ContentLength = length;
        }

        foreach (var (name, values) in context.Request.Headers.Where(header => !OfConnection.Contains(header.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content ??= new ByteArrayContent([]);
                request.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        return request;
    }

    private Uri Address(string path) => new(target.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private static void Begin(HttpContext context, HttpResponseMessage answer)
    {
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !OfConnection.Contains(header.Key)))
        {
            context.Response.Headers[name] = new StringValues([.. values]);
        }

        context.Response.ContentLength = answer.Content.Headers.ContentLength;
    }

    /// <summary>Gives what it has, and then breaks.</summary>
    private sealed class BreakingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var count ? count : throw new IOException("Broken on purpose.");

        public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => await ReadAsync(buffer.AsMemory(offset, count), cancellationToken);
    }
}
