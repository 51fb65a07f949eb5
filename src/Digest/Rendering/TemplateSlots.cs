using System.Security.Cryptography;

namespace Digest.Rendering;

/// <summary>
/// Slots as templates write them: marks that nobody who writes a story can guess. Only a mark becomes a slot; double braces that
/// come from words, however they were spelled, are parted, so that no story carries a reader's own link.
/// </summary>
public static class TemplateSlots
{
    /// <summary>The braces with a word joiner (U+2060, which nobody sees) between them.</summary>
    private const string Parted = "{\u2060{";

    private static readonly string Secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public static string UnsubscribeUrl { get; } = Mark(Slots.UnsubscribeUrl);

    public static string PreferencesUrl { get; } = Mark(Slots.PreferencesUrl);

    public static string ConfirmUrl { get; } = Mark(Slots.ConfirmUrl);

    /// <summary>A link's whole target.</summary>
    internal static bool IsOne(string target) => target == UnsubscribeUrl || target == PreferencesUrl || target == ConfirmUrl;

    /// <param name="rendered">What a template wrote, in its last form: nothing decodes it any more.</param>
    /// <returns>The same with slots where the marks were, and with no other.</returns>
    internal static string Settle(string rendered)
    {
        while (rendered.Contains("{{", StringComparison.Ordinal))
        {
            rendered = rendered.Replace("{{", Parted, StringComparison.Ordinal);
        }

        return Slots.All.Aggregate(rendered, (text, slot) => text.Replace(Mark(slot), slot, StringComparison.Ordinal));
    }

    /// <summary>ASCII, and one word in every syntax it stands in.</summary>
    private static string Mark(string slot) => $"slot-{Secret}-{slot.Trim('{', '}')}";
}
