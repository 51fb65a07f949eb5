using System.Globalization;
using System.Text;
using Digest.Settings;
using MimeKit;

namespace Digest.Smtp;

/// <summary>Fields of a message's header, none of which a value can break out of.</summary>
internal static class HeaderFields
{
    private const int LongestLine = 76;

    /// <summary>Text that people read, as it stands where it is plain and fits on its line.</summary>
    public static HeaderField Text(string name, string text)
    {
        var used = name.Length + 2;
        var line = Squeeze(text);
        return HeaderField.Shared(name, EncodedWords.IsPlain(line) && used + line.Length <= LongestLine ? line : EncodedWords.Encode(line, used));
    }

    /// <summary>One mailbox, its display name before it where there is one.</summary>
    public static HeaderField Mailbox(string name, MailboxAddress mailbox)
    {
        // MimeKit's Address would show an A-label as Unicode.
        var address = mailbox.GetAddress(idnEncode: true);
        var display = Squeeze(mailbox.Name ?? "");
        if (display.Length == 0)
        {
            return HeaderField.Shared(name, address);
        }

        var used = name.Length + 2;
        var whole = $"{QuotedWhereNeeded(display)} <{address}>";
        return HeaderField.Shared(name, EncodedWords.IsPlain(display) && used + whole.Length <= LongestLine
            ? whole
            : $"{EncodedWords.Encode(display, used)}\r\n <{address}>");
    }

    /// <summary>A value that receivers read as it stands: Gmail refuses encoded-words in these fields.</summary>
    public static HeaderField Ascii(string name, string value) => value.All(character => character is >= ' ' and <= '~')
        ? HeaderField.Folded(name, value)
        : throw new RefusedException($"The header {name} must be plain ASCII on one line; check the newsletter's name, addresses and URLs.");

    public static IEnumerable<HeaderField> List(ListHeaders list) =>
    [
        Ascii("List-Id", $"{Phrase(list.Name)}<{list.Id}>"),
        // A reader's URL does not fit on the line of the name; it cannot be split (RFC 2369 section 2).
        HeaderField.OfReader("List-Unsubscribe", "\r\n <", reader => reader.Slots.UnsubscribeUrl, ">"),
        // RFC 8058 section 5: exactly this pair.
        Ascii("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        Ascii("List-Help", $"<{list.HelpUrl}>"),
        Ascii("Feedback-ID", list.FeedbackId),
        // Not in any standard, but responders that know no other sign look for it (RFC 3834 section 7).
        Ascii("Precedence", "bulk"),
    ];

    /// <summary>On one line, with one space where there were more: folding keeps no others apart.</summary>
    private static string Squeeze(string text) =>
        string.Join(' ', WireAddress.OneLine(text)!.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>A phrase of atoms stands bare, anything else as a quoted string (RFC 5322 section 3.2.4).</summary>
    private static string QuotedWhereNeeded(string phrase) => phrase.All(character => char.IsAsciiLetterOrDigit(character) || character is ' ' or '-' or '\'' or '&')
        ? phrase
        : $"\"{phrase.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>The list's name as a quoted string with accents taken off; nothing when its letters are not Latin.</summary>
    private static string Phrase(string name)
    {
        // Noncharacters have no normal form; normalizing them throws.
        var assigned = string.Concat(name.Where(character => CharUnicodeInfo.GetUnicodeCategory(character) != UnicodeCategory.OtherNotAssigned));
        var plain = assigned.Normalize(NormalizationForm.FormD)
            .Where(character => CharUnicodeInfo.GetUnicodeCategory(character) != UnicodeCategory.NonSpacingMark)
            .ToArray();
        return plain.All(character => character is >= ' ' and <= '~' and not ('"' or '\\')) && plain.Length > 0
            ? $"\"{new string(plain)}\" "
            : "";
    }
}
