namespace Digest.Rendering;

/// <summary>
/// The only places in a frozen mail that differ between readers. A template writes them as <see cref="TemplateSlots"/>, frozen content has their names in double braces;
/// what fills it is ASCII and safe in an HTML attribute and in text alike, so filling needs no encoding.
/// </summary>
public static class Slots
{
    public const string UnsubscribeUrl = "{{unsubscribe_url}}";

    public const string PreferencesUrl = "{{preferences_url}}";

    public const string ConfirmUrl = "{{confirm_url}}";

    public static readonly IReadOnlyList<string> All = [UnsubscribeUrl, PreferencesUrl, ConfirmUrl];
}
