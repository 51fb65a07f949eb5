using System.Text;
using MailKit.Net.Smtp;

namespace Digest.Smtp;

/// <summary>The commands before a message, with the parameters that the server offered; byte for byte as MailKit writes them.</summary>
internal static class EnvelopeCommands
{
    public const string Reset = "RSET\r\n";

    private const string Data = "DATA\r\n";

    /// <summary>All that comes before the text, in turn.</summary>
    /// <param name="mail">Its size is declared and its name asked for in reports.</param>
    /// <param name="offered">By the server.</param>
    public static string[] Of(WireMail mail, SmtpCapabilities offered) => [Mail(mail, offered), Recipient(mail.To, offered), Data];

    private static string Mail(WireMail mail, SmtpCapabilities offered)
    {
        var size = offered.HasFlag(SmtpCapabilities.Size) ? $" SIZE={mail.Message.Size}" : "";
        // RFC 3461 section 4.4: the ENVID comes back in a bounce and names the message.
        var notify = offered.HasFlag(SmtpCapabilities.Dsn) ? $" ENVID={MessageIdHash.Of(mail.Message.MessageId)} RET=HDRS" : "";
        return $"MAIL FROM:<{mail.From}>{size}{notify}\r\n";
    }

    private static string Recipient(string recipient, SmtpCapabilities offered)
    {
        var notify = offered.HasFlag(SmtpCapabilities.Dsn) ? $" NOTIFY=FAILURE,DELAY ORCPT=rfc822;{XText(recipient)}" : "";
        return $"RCPT TO:<{recipient}>{notify}\r\n";
    }

    /// <summary>RFC 3461 section 4: what could end the parameter is written in hexadecimal.</summary>
    private static string XText(string text)
    {
        if (!text.AsSpan().ContainsAny('+', '='))
        {
            return text;
        }

        var encoded = new StringBuilder(text.Length + 8);
        foreach (var character in text)
        {
            _ = character is > ' ' and <= '~' and not ('+' or '=')
                ? encoded.Append(character)
                : encoded.Append('+').Append(((int)character).ToString("X2", null));
        }

        return encoded.ToString();
    }
}
