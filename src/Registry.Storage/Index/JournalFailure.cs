namespace Registry.Storage.Index;

/// <summary>The journal could not take a change, or nobody knows whether it has. It may be tried again.</summary>
public sealed class JournalFailure : IOException
{
    public JournalFailure(string message)
        : base(message)
    {
    }

    public JournalFailure(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
