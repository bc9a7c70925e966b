using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Registry.Storage.Buckets;

namespace Registry.Testing;

/// <summary>
/// Debian's Ceph gateway over a cluster of one node in memory (<c>eng/rados-gateway.sh</c>). It ends with this process, however that ends: it listens
/// to the end of its input.
/// </summary>
internal sealed class RadosGateway
{
    // Its other ports are 20,000 above, and must stay below those that the system gives out by itself.
    private const int FirstPort = 7_000;
    private const int LastPort = 12_600;
    private const int PortsOfOne = 61;
    private const int OtherPorts = 20_000;

    private static readonly string[] Programs = ["radosgw", "radosgw-admin", "ceph", "ceph-mon", "ceph-osd", "monmaptool"];

    /// <summary>Kept so that its input stays open.</summary>
    private readonly Process process;

    private RadosGateway(Process process, S3Options options)
    {
        this.process = process;
        Options = options;
    }

    public S3Options Options { get; }

    public int ProcessId => process.Id;

    /// <summary>Null: everything is installed.</summary>
    public static string? FindMissingProgram() => Programs.FirstOrDefault(program => !Tool.IsInstalled(program));

    /// <summary>Returns when it answers.</summary>
    /// <exception cref="InvalidOperationException">It did not start; the message has what it said.</exception>
    public static async Task<RadosGateway> StartAsync()
    {
        var (accessKey, secretKey, port) = ("registry-test", Guid.NewGuid().ToString("N"), FindPort());
        // Short: the names of its sockets are below it.
        var folder = Path.Combine(Path.GetTempPath(), "rgw-" + Guid.NewGuid().ToString("N")[..8]);
        var start = new ProcessStartInfo(Path.Combine(Checkout.Folder, "eng", "rados-gateway.sh"), [folder, port.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["S3_ACCESS_KEY"] = accessKey, ["S3_SECRET_KEY"] = secretKey },
        };
        var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        if (await process.StandardOutput.ReadLineAsync() != "ready")
        {
            throw new InvalidOperationException($"The Ceph gateway did not start:\n{await error}");
        }

        return new RadosGateway(process, new S3Options { Endpoint = $"http://127.0.0.1:{port}", Bucket = "registry", AccessKey = accessKey, SecretKey = secretKey });
    }

    private static int FindPort()
    {
        for (var tries = 0; tries < 200; tries++)
        {
            // Several test processes may look at once, and would all find the same one in order.
            var port = FirstPort + Math.Abs(Guid.NewGuid().GetHashCode() % ((LastPort - FirstPort) / PortsOfOne)) * PortsOfOne;
            if (IsFree(port) && IsFree(port + OtherPorts) && IsFree(port + OtherPorts + 10))
            {
                return port;
            }
        }

        throw new InvalidOperationException("There is no free port for the Ceph gateway.");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
