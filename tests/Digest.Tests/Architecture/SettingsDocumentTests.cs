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
        from property in type.GetProperties()
        where property.GetSetMethod() is { IsStatic: false }
        select $"{type.GetProperty(nameof(ISettings.Section))!.GetValue(null)}:{property.Name}"];

    [Theory, MemberData(nameof(Settings))]
    public void Every_setting_is_documented(string setting) => (Document.Contains($"`{setting}`", StringComparison.Ordinal)
        || Document.Contains($"`{setting}:0", StringComparison.Ordinal)).ShouldBeTrue($"docs/settings.md does not name {setting}");
}
