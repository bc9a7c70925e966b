namespace Registry.Storage.Index;

/// <summary>How far a change has come when whoever asked for it is told so. Without a journal both are the same.</summary>
internal enum Reach
{
    /// <summary>It is on this disk; in the journal it is soon.</summary>
    Disk,

    /// <summary>It outlives this disk.</summary>
    Journal,
}
