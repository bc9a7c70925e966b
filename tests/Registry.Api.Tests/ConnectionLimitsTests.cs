using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Registry.Api.Tests;

public sealed class ConnectionLimitsTests
{
    [Fact]
    public void An_upload_or_a_download_may_pause_for_a_minute_and_more()
    {
        var kestrel = new KestrelServerOptions();
        ConnectionLimits.Apply(kestrel);
        Assert.True(kestrel.Limits.MinRequestBodyDataRate!.GracePeriod >= TimeSpan.FromMinutes(1));
        Assert.True(kestrel.Limits.MinResponseDataRate!.GracePeriod >= TimeSpan.FromMinutes(1));
        Assert.Null(kestrel.Limits.MaxRequestBodySize);
    }
}
