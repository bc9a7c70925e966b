namespace Registry.Api.Cli;

/// <summary>What a script learns from a command that speaks to a running registry. docs/administration.md lists them.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>It was done, and failed: a run of the collection that broke off.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong; nothing was asked of the registry.</summary>
    public const int WrongCommandLine = 2;

    /// <summary>The registry refused: a mistake in a policy, a plan that is out of date, something that is not there.</summary>
    public const int Refused = 3;

    /// <summary>No registry answers.</summary>
    public const int Unreachable = 4;

    /// <summary>A back-test found something that was pulled afterwards.</summary>
    public const int Missed = 5;

    /// <summary>A check found something that wants something done, or a migration left something behind.</summary>
    public const int Findings = 6;

    /// <summary>Of the registry itself: another one has taken over its bucket. Started again it is a standby.</summary>
    public const int TakenOver = 7;

    /// <summary>Ctrl-C while a command waited; as of a program that a shell sees interrupted.</summary>
    public const int Interrupted = 130;
}
