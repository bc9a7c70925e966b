namespace Registry.Api.Observability;

/// <summary>
/// While it starts, host, server and index log a failure with its stack trace. The registry says it once, for a person; from
/// <see cref="End"/> on their errors are logged like all others.
/// </summary>
internal sealed class QuietStart
{
    private static readonly string[] Talkers = ["Microsoft.Extensions.Hosting.Internal.Host", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.EntityFrameworkCore"];

    private volatile bool over;

    public void AddTo(ILoggingBuilder logging)
    {
        foreach (var talker in Talkers)
        {
            logging.AddFilter(talker, level => level == LogLevel.Warning || (over && level > LogLevel.Warning));
        }
    }

    public void End() => over = true;
}
