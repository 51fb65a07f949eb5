using System.Text.RegularExpressions;
using MimeKit;

namespace Digest.Local.Mailbox;

/// <summary>The HTML part of a message as its own document, for a sandboxed frame.</summary>
internal static partial class InboxFrame
{
    /// <summary>A mail client runs no script, sends no form and loads nothing but images; links open beside the mailbox.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; img-src * data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
        + "sandbox allow-popups allow-popups-to-escape-sandbox";

    /// <summary>The document as sent, but for one element that makes its links open in a new tab.</summary>
    public static string Document(string html)
    {
        const string Target = "<base target=\"_blank\">";
        var head = HeadTag().Match(html);
        return head.Success ? html.Insert(head.Index + head.Length, Target) : html + Target;
    }

    /// <summary>The parts a reader chooses between; either may be missing.</summary>
    public static (string? Html, string? Text) Parts(ReceivedMail mail)
    {
        try
        {
            using var stream = new MemoryStream(mail.Raw.ToArray());
            using var message = MimeMessage.Load(stream);
            return (message.HtmlBody, message.TextBody);
        }
        catch (FormatException)
        {
            return (null, null);
        }
    }

    [GeneratedRegex("<head(\\s[^>]*)?>", RegexOptions.IgnoreCase)]
    private static partial Regex HeadTag();
}
