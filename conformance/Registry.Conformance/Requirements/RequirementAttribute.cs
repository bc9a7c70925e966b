using System.Runtime.CompilerServices;

namespace Registry.Conformance.Requirements;

/// <summary>How strongly the specification asks for it (RFC 2119).</summary>
public enum Level
{
    Must,
    Should,

    /// <summary>A registry may leave it out; one that offers it must do it as the specification says.</summary>
    WhenOffered,
}

/// <summary>
/// A test that is one sentence of the OCI distribution specification. The same methods run as tests against the registry
/// under test and, by <see cref="RequirementTable"/>, against the control.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequirementAttribute(
    Level level, string section, string sentence, [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : FactAttribute(sourceFilePath, sourceLineNumber)
{
    public Level Level { get; } = level;

    /// <summary>The heading in <c>spec.md</c> (main branch) under which the sentence stands.</summary>
    public string Section { get; } = section;

    /// <summary>What a registry does, in our words.</summary>
    public string Sentence { get; } = sentence;
}
