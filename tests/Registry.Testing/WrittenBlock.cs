namespace Registry.Testing;

/// <summary>
/// A part of a document that tests write, between <c>&lt;!-- name --&gt;</c> and <c>&lt;!-- end of name --&gt;</c>: under
/// <c>REGISTRY_WRITE_DOCS=1</c> they do; otherwise they fail where it is out of date.
/// </summary>
public static class WrittenBlock
{
    public static async Task CheckAsync(string path, string name, string expected)
    {
        var (begin, end) = ($"<!-- {name} -->\n", $"<!-- end of {name} -->");
        var text = (await File.ReadAllTextAsync(path)).ReplaceLineEndings("\n");
        var from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var to = text.IndexOf(end, StringComparison.Ordinal);
        Assert.True(from >= begin.Length && to >= from, $"{path} has lost the marks around its {name}.");
        if (Environment.GetEnvironmentVariable("REGISTRY_WRITE_DOCS") == "1")
        {
            await File.WriteAllTextAsync(path, text[..from] + expected + text[to..]);
            return;
        }

        Assert.Equal(expected, text[from..to]);
    }
}
