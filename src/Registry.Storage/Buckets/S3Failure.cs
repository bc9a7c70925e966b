namespace Registry.Storage.Buckets;

/// <summary>The S3 server could not do something, or could not be asked. The message says what to do about it.</summary>
public sealed class S3Failure : IOException
{
    public S3Failure(S3Problem problem, string message, Exception? cause = null)
        : base(message, cause) => Problem = problem;

    public S3Problem Problem { get; }

    /// <summary>The same may work in a moment.</summary>
    public bool IsTemporary => Problem is S3Problem.Unreachable or S3Problem.TimedOut or S3Problem.Throttled or S3Problem.Fault;
}

/// <summary>What can be wrong between us and the server.</summary>
public enum S3Problem
{
    /// <summary>Something that nobody foresaw; the message has what the server said.</summary>
    Other,
    Unreachable,
    TimedOut,

    /// <summary>503 SlowDown, 429.</summary>
    Throttled,

    /// <summary>A 5xx.</summary>
    Fault,
    NotTrusted,
    NoCredentials,
    WrongKeys,
    ClockSkew,
    Denied,
    NoBucket,
    WrongRegion,
    NotSupported,
}
