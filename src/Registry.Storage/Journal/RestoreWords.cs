using System.Globalization;

namespace Registry.Storage.Journal;

/// <summary>How far a restore has come, for people.</summary>
public sealed class RestoreWords : IProgress<RestoreProgress>
{
    private volatile string current = "restoring";

    public string Current => current;

    public void Report(RestoreProgress value) => current = Of(value);

    public static string Of(RestoreProgress progress) => progress switch
    {
        { Of: <= 0 } => $"restoring: the {progress.Step}",
        { Step: "snapshot" } => string.Create(CultureInfo.InvariantCulture, $"restoring: {100 * Math.Min(1.0, (double)progress.Done / progress.Of):0} % of the snapshot"),
        _ => string.Create(CultureInfo.InvariantCulture, $"restoring: {progress.Done} of {progress.Of} objects of the journal"),
    };
}
