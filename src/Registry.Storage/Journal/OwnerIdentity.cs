using System.Text;

namespace Registry.Storage.Journal;

/// <summary>Who this process is among those that want the bucket.</summary>
/// <param name="Instance">The data directory's: who holds the directory knows that nobody else of this name is alive.</param>
/// <param name="Who">The host's name, for people.</param>
public sealed record OwnerIdentity(string Instance, string Who)
{
    public const string FileName = "instance";

    private const int Longest = 64;

    /// <summary>Reads the directory's name, or gives it one. The caller holds the directory alone.</summary>
    public static OwnerIdentity Of(string dataDirectory, string who)
    {
        var file = Path.Combine(dataDirectory, FileName);
        if (File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 and <= Longest } known && known.All(char.IsAsciiLetterOrDigit))
        {
            return new OwnerIdentity(known, who);
        }

        var fresh = Guid.CreateVersion7().ToString("N");
        // Written whole or not at all: half a name would be one more name.
        var half = file + ".new";
        using (var stream = new FileStream(half, FileMode.Create, FileAccess.Write))
        {
            stream.Write(Encoding.ASCII.GetBytes(fresh));
            stream.Flush(flushToDisk: true);
        }

        File.Move(half, file, overwrite: true);
        return new OwnerIdentity(fresh, who);
    }
}
