using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Registry.Api.Tests.Owning;

/// <summary>What a host on a bucket answers and runs while it restores, stands by, owns and is fenced.</summary>
public sealed class PhaseTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_says_how_far_it_is_and_answers_nothing_until_it_owns_and_everything_runs()
    {
        await using var host = await PhasedHost.StartAsync();
        await ExpectRefusalAsync(host, "restoring: 45 % of the snapshot");
        host.Ownership.StandBy();
        await ExpectRefusalAsync(host, "standby: another host owns the bucket");
        Assert.Equal(["start"], host.Calls);

        await host.OwnAsync();
        Assert.Equal(["start", "begin", "one starts", "two starts"], host.Calls);
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync("GET", "/v2/")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync("PUT", "/v2/a/manifests/b")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync("GET", "/health/ready")).StatusCode);

        host.Ownership.IsHeld = false;
        await ExpectRefusalAsync(host, "The bucket has not confirmed for a while that it is ours", "owner: the bucket has not confirmed it lately");
    }

    [Fact]
    public async Task It_stops_in_the_other_order_and_gives_the_bucket_up_last()
    {
        await using var host = await PhasedHost.StartAsync();
        await host.OwnAsync();
        host.Calls.Clear();
        await host.StopAsync();
        Assert.Equal(["two stops", "one stops", "release"], host.Calls);
    }

    [Fact]
    public async Task A_standby_that_is_stopped_has_begun_nothing()
    {
        await using var host = await PhasedHost.StartAsync();
        host.Ownership.StandBy();
        await host.StopAsync();
        Assert.Equal(["start", "release"], host.Calls);
        Assert.Equal((false, 0), (host.Owned.IsFenced, host.Owned.Mistakes.Count));
    }

    [Fact]
    public async Task It_ends_when_another_one_has_taken_over()
    {
        await using var host = await PhasedHost.StartAsync();
        await host.OwnAsync();
        host.Ownership.Fence();
        await host.Ended.WaitAsync(Token);
        Assert.True(host.Owned.IsFenced);
    }

    [Fact]
    public async Task It_ends_when_the_owner_cannot_begin()
    {
        await using var host = await PhasedHost.StartAsync();
        host.Mistakes = ["the policy is wrong"];
        host.Ownership.Own();
        await host.Ended.WaitAsync(Token);
        Assert.Equal(["the policy is wrong"], host.Owned.Mistakes);
        Assert.Equal(["start", "begin", "release"], host.Calls);
    }

    [Fact]
    public async Task It_begins_again_when_the_bucket_fails_while_it_begins()
    {
        await using var host = await PhasedHost.StartAsync();
        host.FailuresOfBeginning = 1;
        await host.OwnAsync();
        Assert.Equal(["start", "begin", "begin", "one starts", "two starts"], host.Calls);
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync("GET", "/v2/")).StatusCode);
    }

    [Fact]
    public async Task That_something_failed_is_said_also_when_the_lease_has_run_out_meanwhile()
    {
        await using var host = await PhasedHost.StartAsync();
        await host.OwnAsync();
        host.Answer = _ =>
        {
            host.Ownership.IsHeld = false;
            throw new IOException("The bucket has not answered.");
        };
        using var answer = await host.SendAsync("GET", "/v2/a/blobs/b");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (answer.StatusCode, answer.Headers.RetryAfter?.ToString()));
        Assert.Equal("UNAVAILABLE", JsonElement.Parse(await answer.Content.ReadAsStringAsync(Token)).GetProperty("errors")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_standby_reads_its_copy_only_if_that_is_wanted_says_so_and_takes_no_writes()
    {
        await using var host = await PhasedHost.StartAsync(staleReads: true);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.SendAsync("GET", "/v2/a/manifests/b")).StatusCode);
        host.Ownership.StandBy();
        foreach (var path in new[] { "/v2/", "/v2/a/manifests/b", "/v2/a/tags/list", "/v2/_catalog" })
        {
            using var answer = await host.SendAsync("GET", path);
            Assert.Equal((HttpStatusCode.OK, "110 - \"Response is Stale\""), (answer.StatusCode, answer.Headers.Warning.ToString()));
        }

        foreach (var (method, path) in new[] { ("PUT", "/v2/a/manifests/b"), ("DELETE", "/v2/a/manifests/b"), ("POST", "/v2/a/blobs/uploads/"), ("GET", "/v2/a/blobs/uploads/01890a5d-ac96-774b-bcce-b302099a8057"), ("GET", "/api/v1/repositories") })
        {
            using var answer = await host.SendAsync(method, path);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        }

        host.Ownership.Fence();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.SendAsync("GET", "/v2/")).StatusCode);
    }

    [Fact]
    public async Task An_owner_whose_lease_runs_out_while_it_works_does_not_say_yes()
    {
        await using var host = await PhasedHost.StartAsync();
        await host.OwnAsync();
        host.Answer = context =>
        {
            host.Ownership.IsHeld = false;
            context.Response.StatusCode = StatusCodes.Status201Created;
            context.Response.Headers.Location = "/somewhere";
            return Task.CompletedTask;
        };
        using var answer = await host.SendAsync("PUT", "/v2/a/manifests/b");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, null), (answer.StatusCode, answer.Headers.Location));
    }

    [Fact]
    public async Task An_answer_with_a_body_breaks_off_before_its_first_byte()
    {
        await using var host = await PhasedHost.StartAsync();
        await host.OwnAsync();
        host.Answer = async context =>
        {
            host.Ownership.IsHeld = false;
            await context.Response.WriteAsync("yes", Token);
        };
        await Assert.ThrowsAsync<HttpRequestException>(() => host.SendAsync("GET", "/v2/a/manifests/b"));
    }

    private static async Task ExpectRefusalAsync(PhasedHost host, string health, string? reason = null)
    {
        using var live = await host.SendAsync("GET", "/health/live");
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        using var ready = await host.SendAsync("GET", "/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains(health, await ready.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);

        foreach (var (method, path) in new[] { ("GET", "/v2/"), ("HEAD", "/v2/a/blobs/b"), ("PUT", "/v2/a/manifests/b"), ("GET", "/api/v1/repositories") })
        {
            using var refused = await host.SendAsync(method, path);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (refused.StatusCode, refused.Headers.RetryAfter?.ToString()));
        }

        using var error = await host.SendAsync("GET", "/v2/");
        var first = JsonElement.Parse(await error.Content.ReadAsStringAsync(Token)).GetProperty("errors")[0];
        Assert.Equal("UNAVAILABLE", first.GetProperty("code").GetString());
        Assert.Contains(reason ?? health, first.GetProperty("message").GetString(), StringComparison.Ordinal);
        using var problem = await host.SendAsync("GET", "/api/v1/repositories");
        Assert.Contains(reason ?? health, await problem.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }
}
