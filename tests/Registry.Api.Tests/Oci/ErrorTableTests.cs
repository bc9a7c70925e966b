using Registry.Api.Oci;
using Registry.Storage.Model;

namespace Registry.Api.Tests.Oci;

public sealed class ErrorTableTests
{
    /// <summary>Distribution specification, "Error Codes".</summary>
    private static readonly string[] Listed =
    [
        "BLOB_UNKNOWN", "BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN", "DIGEST_INVALID", "MANIFEST_BLOB_UNKNOWN", "MANIFEST_INVALID", "MANIFEST_UNKNOWN",
        "NAME_INVALID", "NAME_UNKNOWN", "SIZE_INVALID", "UNAUTHORIZED", "DENIED", "UNSUPPORTED", "TOOMANYREQUESTS",
    ];

    public static TheoryData<string> Kinds => [.. Enum.GetNames<ErrorKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_refusal_has_a_code_and_a_status(string kind)
    {
        var wire = ErrorTable.Of(Enum.Parse<ErrorKind>(kind));
        Assert.InRange(wire.Status, 400, 599);
        Assert.NotEqual(500, wire.Status);
        Assert.Matches("^[A-Z_]+$", wire.Code);
        if (wire.Status < 500)
        {
            Assert.Contains(wire.Code, Listed);
        }
    }
}
