using System.Diagnostics;

namespace Registry.Api.Observability;

/// <summary>One structured line for each request. Query strings stay out of it: they may carry secrets.</summary>
internal sealed partial class AccessLogMiddleware(RequestDelegate next, ILogger<AccessLogMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            // What the server answers to an exception that nobody caught.
            Log(context, (e as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status500InternalServerError, bytes: 0, started);
            throw;
        }
        catch
        {
            Log(context, context.Response.StatusCode, context.Response.ContentLength ?? 0, started);
            throw;
        }

        Log(context, context.Response.StatusCode, context.Response.ContentLength ?? 0, started);
    }

    private void Log(HttpContext context, int status, long bytes, long started)
    {
        if (!log.IsEnabled(LogLevel.Information))
        {
            return;
        }

        Request(
            log,
            context.Request.Method,
            // As the client sent it: routing has put it back. Escaped again: a name must not be able to write log lines.
            context.Request.Path.ToUriComponent(),
            status,
            bytes,
            Stopwatch.GetElapsedTime(started).TotalMilliseconds,
            context.Connection.RemoteIpAddress?.ToString() ?? "-",
            Printable(context.Request.Headers.UserAgent.ToString()),
            Activity.Current?.TraceId.ToString() ?? "-");
    }

    private static string Printable(string text) => text.Length == 0 ? "-" : string.Create(Math.Min(text.Length, 200), text, (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = char.IsControl(source[i]) ? '?' : source[i];
        }
    });

    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Path} {Status} {Bytes} B {Milliseconds:0.0} ms from {Client} by {UserAgent} trace {TraceId}")]
    private static partial void Request(ILogger log, string method, string path, int status, long bytes, double milliseconds, string client, string userAgent, string traceId);
}
