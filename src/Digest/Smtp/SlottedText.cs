using Digest.Rendering;

namespace Digest.Smtp;

/// <summary>A text cut at its slots: a literal, and after it a slot or the end.</summary>
/// <param name="Literal">Words that all readers get.</param>
/// <param name="Slot">The reader's value that follows; none at the end of the text.</param>
internal readonly record struct SlottedText(string Literal, Func<ReaderValues, string>? Slot)
{
    /// <summary>At least one; only the last has no slot.</summary>
    public static List<SlottedText> Cut(string text)
    {
        var cuts = new List<SlottedText>();
        while (FirstSlot(text) is { } first)
        {
            cuts.Add(new SlottedText(text[..first.At], ValueOf(first.Name)));
            text = text[(first.At + first.Name.Length)..];
        }

        cuts.Add(new SlottedText(text, Slot: null));
        return cuts;
    }

    private static (int At, string Name)? FirstSlot(string text)
    {
        (int At, string Name)? first = null;
        foreach (var name in Slots.All)
        {
            var at = text.IndexOf(name, StringComparison.Ordinal);
            if (at >= 0 && (first is null || at < first.Value.At))
            {
                first = (at, name);
            }
        }

        return first;
    }

    private static Func<ReaderValues, string> ValueOf(string slot) => slot switch
    {
        Slots.UnsubscribeUrl => static reader => reader.Slots.UnsubscribeUrl,
        Slots.PreferencesUrl => static reader => reader.Slots.PreferencesUrl,
        Slots.ConfirmUrl => static reader => reader.Slots.ConfirmUrl,
        _ => throw new ArgumentException($"No value fills {slot}.", nameof(slot)),
    };
}
