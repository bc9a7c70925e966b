namespace Registry.Gc.Retention;

/// <summary>What is wrong with a policy's text, and what to write instead.</summary>
/// <param name="Path">Where, for example <c>rules[2].keep.newest</c>; empty for the document as a whole.</param>
/// <param name="Message">Goes on from the path: "must be …".</param>
public sealed record PolicyMistake(string Path, string Message)
{
    public override string ToString() => Path.Length == 0 ? $"The policy {Message}." : $"{Path} {Message}.";
}
