using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Registry.Api.Oci;
using Registry.Storage.Model;

namespace Registry.Api.Tests.Oci;

/// <summary>What an exception is on the wire.</summary>
public sealed class FaultTests
{
    [Fact]
    public void A_body_that_stops_coming_is_408_and_says_what_to_do()
    {
        var error = Fault.InHttp(new BadHttpRequestException("Reading the request body timed out due to data arriving too slowly.", 408))!;
        Assert.Equal(new WireError("SIZE_INVALID", 408), ErrorTable.Of(error.Kind));
        Assert.Contains("send it again", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_known_by_what_the_system_answers()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        using var full = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write);
        var e = Assert.ThrowsAny<IOException>(() => RandomAccess.Write(full, new byte[1], 0));
        Assert.Equal(ErrorKind.StorageFull, Fault.InRegistry(e).Kind);
        Assert.Equal(ErrorKind.StorageFull, Fault.InRegistry(new InvalidOperationException("outer", e)).Kind);
    }

    [Fact]
    public void So_is_a_full_index_and_any_other_fault_is_unavailable()
    {
        Assert.Equal(ErrorKind.StorageFull, Fault.InRegistry(new SqliteException("full", 13)).Kind);
        Assert.Equal(ErrorKind.Unavailable, Fault.InRegistry(new SqliteException("malformed", 11)).Kind);
        Assert.Equal(ErrorKind.Unavailable, Fault.InRegistry(new FileNotFoundException()).Kind);
    }

    [Fact]
    public void A_broken_disk_is_a_fault_also_when_the_client_has_gone()
    {
        var gone = new DefaultHttpContext { RequestAborted = new CancellationToken(canceled: true) };
        Assert.True(Fault.IsHangUp(gone, new OperationCanceledException()));
        Assert.True(Fault.IsHangUp(new DefaultHttpContext(), new ConnectionResetException("reset")));
        Assert.False(Fault.IsHangUp(new DefaultHttpContext(), new OperationCanceledException()));
        Assert.False(Fault.IsHangUp(gone, new SqliteException("malformed", 11)));
        Assert.False(Fault.IsHangUp(gone, new IOException("full", 28)));
    }
}
