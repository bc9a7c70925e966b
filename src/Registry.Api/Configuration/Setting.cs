using System.ComponentModel;
using System.Globalization;
using System.Reflection;

namespace Registry.Api.Configuration;

/// <summary>One key of the configuration. The table is read off <see cref="RegistryOptions"/>: help, docs and reader all use it.</summary>
internal sealed record Setting(string Key, Type Type, object? Default, string Description, bool IsSecret)
{
    public const string Section = "Registry";

    public static IReadOnlyList<Setting> All { get; } = [.. Of(typeof(RegistryOptions), new RegistryOptions(), Section)];

    public string DefaultText => Convert.ToString(Default, CultureInfo.InvariantCulture) ?? "";

    private static IEnumerable<Setting> Of(Type type, object defaults, string prefix) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).SelectMany(property =>
        {
            var key = $"{prefix}:{property.Name}";
            var value = property.GetValue(defaults);
            return property.GetCustomAttribute<DescriptionAttribute>() is { } description
                ? [new Setting(key, property.PropertyType, value, description.Description, property.GetCustomAttribute<PasswordPropertyTextAttribute>()?.Password == true)]
                : Of(property.PropertyType, value!, key);
        });
}
