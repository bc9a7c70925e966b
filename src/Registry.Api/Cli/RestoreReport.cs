using Registry.Storage.Journal;

namespace Registry.Api.Cli;

/// <summary>Says on standard error how far a restore is: a line for each tenth and each step, and no more.</summary>
internal sealed class RestoreReport : IProgress<RestoreProgress>
{
    private (string Step, long Tenth) last = ("", -1);

    public void Report(RestoreProgress value)
    {
        var now = (value.Step, value.Of > 0 ? value.Done * 10 / value.Of : 0);
        if (now != last)
        {
            last = now;
            Console.Error.WriteLine(RestoreWords.Of(value));
        }
    }
}
