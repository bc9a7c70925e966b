using Microsoft.AspNetCore.Http;
using Registry.Api.Oci;

namespace Registry.Api.Tests.Oci;

public sealed class OciErrorMiddlewareTests
{
    [Fact]
    public async Task A_fault_is_logged_with_its_method_and_path_escaped_and_the_path_is_as_it_was()
    {
        var log = new RecordingLogger<OciErrorMiddleware>();
        var routing = new OciRoutingMiddleware(_ => throw new InvalidOperationException("broken"));
        var context = new DefaultHttpContext { Request = { Method = "GET", Path = "/v2/a/manifests/x\ny" } };
        await new OciErrorMiddleware(routing.InvokeAsync, log).InvokeAsync(context);

        var line = Assert.Single(log.States);
        Assert.Equal(("GET", "/v2/a/manifests/x%0Ay"), (line["Method"], line["Path"]));
        Assert.Equal("/v2/a/manifests/x\ny", context.Request.Path.Value);
        Assert.Equal((503, "5"), (context.Response.StatusCode, context.Response.Headers.RetryAfter.ToString()));
        Assert.Equal("registry/2.0", context.Response.Headers["Docker-Distribution-Api-Version"]);
    }
}
