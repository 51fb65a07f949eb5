using Digest.Settings;
using Digest.Web;
using Shouldly;
using Xunit;

namespace Digest.Tests.Architecture;

/// <summary>docs/settings.md names every setting that a program reads.</summary>
public sealed class SettingsDocumentTests
{
    private static readonly string Document = File.ReadAllText(Checkout.PathOf("docs/settings.md"));

    public static TheoryData<string> Settings() => [.. from assembly in new[] { typeof(ISettings).Assembly, typeof(WebRoom).Assembly }
        from type in assembly.GetTypes()
        where type is { IsClass: true } && type.IsAssignableTo(typeof(ISettings))
        from name in NamesOf(type, (string)type.GetProperty(nameof(ISettings.Section))!.GetValue(null)!)
        select name];

    /// <summary>Each setting of a class and of what it holds; a settings class inside another has the settings named at its own section.</summary>
    private static IEnumerable<string> NamesOf(Type type, string path) => type.GetProperties()
        .Where(property => property.GetSetMethod() is { IsStatic: false })
        .SelectMany(property => (Held(property.PropertyType), $"{path}:{property.Name}") switch
        {
            (null, var name) => [name],
            (var (held, isNamed), var name) when isNamed && held.IsAssignableTo(typeof(ISettings)) => [$"{name}:NAME"],
            (var (held, isNamed), var name) => NamesOf(held, isNamed ? $"{name}:NAME" : name),
        });

    /// <returns>The class whose settings a setting holds, and whether it holds many by name.</returns>
    private static (Type Held, bool IsNamed)? Held(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>) ? (type.GetGenericArguments()[1], true)
        : type.IsClass && type.Namespace!.StartsWith("Digest", StringComparison.Ordinal) ? (type, false)
        : null;

    [Theory, MemberData(nameof(Settings))]
    public void Every_setting_is_documented(string setting) => (Document.Contains($"`{setting}`", StringComparison.Ordinal)
        || Document.Contains($"`{setting}:0", StringComparison.Ordinal)).ShouldBeTrue($"docs/settings.md does not name {setting}");
}
