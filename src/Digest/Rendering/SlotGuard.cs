using System.Text.Json;
using Digest.Stories;

namespace Digest.Rendering;

/// <summary>
/// Keeps a story's words from being taken for a slot: a story about templates that spells one out must not carry a
/// reader's own link in its body.
/// </summary>
internal static class SlotGuard
{
    private const string Opening = "{{";

    /// <summary>The braces with a word joiner (U+2060, which nobody sees) between them.</summary>
    private const string Parted = "{\u2060{";

    public static string Apart(string words) => words.Replace(Opening, Parted, StringComparison.Ordinal);

    /// <summary>The story itself, or a copy in which no field can name a slot.</summary>
    public static Story Apart(Story story)
    {
        // As one text, so that no field is forgotten; JSON's own syntax never doubles an opening brace.
        var text = JsonSerializer.Serialize(story);
        return text.Contains(Opening, StringComparison.Ordinal)
            ? JsonSerializer.Deserialize<Story>(text.Replace(Opening, Parted, StringComparison.Ordinal))!
            : story;
    }
}
