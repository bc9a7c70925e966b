using System.Text;
using Registry.Api.Configuration;
using Registry.Testing;

namespace Registry.Api.Tests.Docs;

/// <summary>docs/configuration.md has the table of settings as the code has it. <c>REGISTRY_WRITE_DOCS=1</c> writes it anew.</summary>
public sealed class ConfigurationPageTests
{
    private const string Begin = "<!-- settings: written by ConfigurationPageTests -->";
    private const string End = "<!-- end of settings -->";

    [Fact]
    public async Task The_page_lists_every_setting_with_its_default_and_what_it_does()
    {
        var page = Path.Combine(Checkout.Folder, "docs", "configuration.md");
        var text = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        Assert.True(end > begin, $"{page} has lost the marks around its table.");
        if (Environment.GetEnvironmentVariable("REGISTRY_WRITE_DOCS") == "1")
        {
            await File.WriteAllTextAsync(page, text[..begin] + Table() + text[end..], TestContext.Current.CancellationToken);
            return;
        }

        Assert.Equal(Table(), text[begin..end], ignoreLineEndingDifferences: true);
    }

    private static string Table()
    {
        var table = new StringBuilder("\n\n| key | environment | default | what it does |\n|---|---|---|---|\n");
        foreach (var setting in Setting.All)
        {
            table.Append($"| `{setting.Key}` | `{setting.Key.Replace(":", "__", StringComparison.Ordinal)}` | `{setting.DefaultText}` | {setting.Description} |\n");
        }

        return table.Append('\n').ToString();
    }
}
