using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Registry.Gc.Retention;

/// <summary>
/// A tag that is a version by Semantic Versioning 2.0.0, with or without a <c>v</c> before it. A tag cannot have a <c>+</c>;
/// as Helm does, <c>_</c> stands for it. Ordered by precedence (section 11): build metadata does not count.
/// </summary>
internal sealed class SemanticVersion : IComparable<SemanticVersion>
{
    private static readonly SearchValues<char> IdentifierCharacters = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-");

    private readonly string[] core;
    private readonly string[] preRelease;

    private SemanticVersion(string[] core, string[] preRelease) => (this.core, this.preRelease) = (core, preRelease);

    public static bool TryParse(string tag, [NotNullWhen(true)] out SemanticVersion? version)
    {
        version = null;
        var text = tag.StartsWith('v') ? tag[1..] : tag;
        var plus = text.IndexOfAny(['+', '_']);
        if (plus >= 0)
        {
            if (!text[(plus + 1)..].Split('.').All(IsIdentifier))
            {
                return false;
            }

            text = text[..plus];
        }

        var dash = text.IndexOf('-', StringComparison.Ordinal);
        string[] preRelease = dash < 0 ? [] : text[(dash + 1)..].Split('.');
        var core = (dash < 0 ? text : text[..dash]).Split('.');
        if (core.Length != 3 || !core.All(part => IsNumber(part) && HasNoLeadingZero(part))
            || !preRelease.All(part => IsIdentifier(part) && (!IsNumber(part) || HasNoLeadingZero(part))))
        {
            return false;
        }

        version = new SemanticVersion(core, preRelease);
        return true;
    }

    public int CompareTo(SemanticVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        for (var i = 0; i < core.Length; i++)
        {
            if (CompareNumbers(core[i], other.core[i]) is var order and not 0)
            {
                return order;
            }
        }

        if (preRelease.Length == 0 || other.preRelease.Length == 0)
        {
            // A version comes after its own pre-releases.
            return other.preRelease.Length.CompareTo(0) - preRelease.Length.CompareTo(0);
        }

        for (var i = 0; i < Math.Min(preRelease.Length, other.preRelease.Length); i++)
        {
            if (CompareIdentifiers(preRelease[i], other.preRelease[i]) is var order and not 0)
            {
                return order;
            }
        }

        return preRelease.Length.CompareTo(other.preRelease.Length);
    }

    private static int CompareIdentifiers(string a, string b) => (IsNumber(a), IsNumber(b)) switch
    {
        (true, true) => CompareNumbers(a, b),
        (true, false) => -1,
        (false, true) => 1,
        _ => string.CompareOrdinal(a, b),
    };

    /// <summary>Numbers of any length: without leading zeros the longer one is greater.</summary>
    private static int CompareNumbers(string a, string b) => a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(a, b);

    private static bool IsIdentifier(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(IdentifierCharacters);

    private static bool IsNumber(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    private static bool HasNoLeadingZero(string number) => number.Length == 1 || number[0] != '0';
}
