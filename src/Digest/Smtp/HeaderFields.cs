using System.Globalization;
using System.Text;
using Digest.Settings;
using MimeKit;

namespace Digest.Smtp;

/// <summary>Fields of a message's header, none of which a value can break out of.</summary>
internal static class HeaderFields
{
    public static void AddText(HeaderList headers, HeaderId id, string text)
    {
        var header = new Header(id, "");
        header.SetValue(WireFormat.EncodedWords, Encoding.UTF8, WireAddress.OneLine(text)!);
        headers.Add(header);
    }

    public static void AddMailbox(HeaderList headers, HeaderId id, MailboxAddress mailbox)
    {
        var header = new Header(id, "");
        var value = new InternetAddressList([mailbox]).ToString(WireFormat.EncodedWords, encode: true);
        header.SetRawValue(Encoding.ASCII.GetBytes($" {value}\r\n"));
        headers.Add(header);
    }

    /// <summary>A value that receivers read as it stands: Gmail refuses encoded-words in these fields.</summary>
    public static void AddAscii(HeaderList headers, string name, string value)
    {
        if (!value.All(character => character is >= ' ' and <= '~'))
        {
            throw new RefusedException($"The header {name} must be plain ASCII on one line; check the newsletter's name, addresses and URLs.");
        }

        headers.Add(name, value);
    }

    public static void AddList(HeaderList headers, ListHeaders list)
    {
        AddAscii(headers, "List-Id", $"{Phrase(list.Name)}<{list.Id}>");
        AddAscii(headers, "List-Unsubscribe", $"<{list.UnsubscribeUrl}>");
        // RFC 8058 section 5: exactly this pair.
        AddAscii(headers, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        AddAscii(headers, "List-Help", $"<{list.HelpUrl}>");
        AddAscii(headers, "Feedback-ID", list.FeedbackId);
        // Not in any standard, but responders that know no other sign look for it (RFC 3834 section 7).
        AddAscii(headers, "Precedence", "bulk");
    }

    /// <summary>The list's name as a quoted string with accents taken off; nothing when its letters are not Latin.</summary>
    private static string Phrase(string name)
    {
        var plain = name.Normalize(NormalizationForm.FormD)
            .Where(character => CharUnicodeInfo.GetUnicodeCategory(character) != UnicodeCategory.NonSpacingMark)
            .ToArray();
        return plain.All(character => character is >= ' ' and <= '~' and not ('"' or '\\')) && plain.Length > 0
            ? $"\"{new string(plain)}\" "
            : "";
    }
}
