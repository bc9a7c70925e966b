using System.Text;
using Registry.Api.Configuration;
using Registry.Testing;

namespace Registry.Api.Tests.Docs;

public sealed class ConfigurationPageTests
{
    [Fact]
    public Task The_page_lists_every_setting_with_its_default_and_what_it_does() =>
        WrittenBlock.CheckAsync(Path.Combine(Checkout.Folder, "docs", "configuration.md"), "settings", Table());

    private static string Table()
    {
        var table = new StringBuilder("| key | environment | default | what it does |\n|---|---|---|---|\n");
        foreach (var setting in Setting.All)
        {
            table.Append($"| `{setting.Key}` | `{setting.Key.Replace(":", "__", StringComparison.Ordinal)}` | `{setting.DefaultText}` | {setting.Description} |\n");
        }

        return table.ToString();
    }
}
