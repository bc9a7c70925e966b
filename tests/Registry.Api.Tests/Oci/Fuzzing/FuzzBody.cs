using System.Text;
using Registry.Storage.Model;

namespace Registry.Api.Tests.Oci.Fuzzing;

/// <summary>Bodies: manifests, damaged ones, bytes, nothing.</summary>
internal static class FuzzBody
{
    private static readonly string[] Values =
        ["null", "1", "-1", "1e999", "\"\"", "\"x\"", "[]", "{}", "[null]", "[[]]", "true", "\"\\ud800\"", "\"\\u0000\"", "\"\u00ff\"", new string('[', 70) + new string(']', 70), "9223372036854775808"];

    private static readonly string[] Fields = ["schemaVersion", "mediaType", "config", "layers", "manifests", "subject", "artifactType", "annotations", "digest", "size", "x", ""];

    public static byte[] Create(Mutator mutator, FuzzWords words) => mutator.Below(8) switch
    {
        0 => [],
        1 => mutator.Random(mutator.Below(300)),
        2 => Encoding.Latin1.GetBytes(mutator.Damage(Manifest(mutator, words))),
        3 => mutator.Flip(Encoding.Latin1.GetBytes(Manifest(mutator, words))),
        4 => Encoding.Latin1.GetBytes(Odd(mutator, words)),
        _ => Encoding.Latin1.GetBytes(Manifest(mutator, words)),
    };

    private static string Manifest(Mutator mutator, FuzzWords words)
    {
        var (a, b) = (Descriptor(mutator, words), Descriptor(mutator, words));
        return mutator.Below(4) switch
        {
            0 => $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[{{a}}]}""",
            1 => $$"""{"schemaVersion":2,"config":{{a}},"layers":[{{b}}],"subject":{{b}},"annotations":{"a":{{mutator.Pick(Values)}}},"artifactType":{{mutator.Pick(Values)}}}""",
            2 => """{"schemaVersion":2,"manifests":[]}""",
            _ => $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{{a}},"layers":[]}""",
        };
    }

    private static string Descriptor(Mutator mutator, FuzzWords words) => $$"""{"mediaType":"a/b","digest":"{{(mutator.Chance(60) ? words.Digests[0] : mutator.Pick(words.Digests))}}","size":{{mutator.Below(2000)}}}""";

    private static string Odd(Mutator mutator, FuzzWords words) => "{" + string.Join(',', Enumerable.Range(0, 1 + mutator.Below(5)).Select(_ =>
        $"\"{mutator.Pick(Fields)}\":{(mutator.Chance(60) ? mutator.Pick(Values) : Descriptor(mutator, words))}")) + "}";
}
