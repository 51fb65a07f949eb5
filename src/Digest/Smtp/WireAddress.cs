using System.Buffers;
using System.Globalization;
using System.Text;
using Digest.Settings;
using MimeKit;

namespace Digest.Smtp;

/// <summary>An address as it may stand in a header and in a command: pure ASCII, the domain as A-label.</summary>
internal static class WireAddress
{
    /// <summary>Of a domain's label (RFC 1035 section 2.3.4); longer ones are looked at closely.</summary>
    private const int LongestPart = 63;

    private static readonly IdnMapping Idn = new();

    /// <summary>RFC 5322 section 3.2.3, without the dot.</summary>
    private static readonly SearchValues<char> AtomCharacters =
        SearchValues.Create("!#$%&'*+-/0123456789=?ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private static readonly SearchValues<char> LabelCharacters =
        SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<string> OddHyphens = SearchValues.Create(["--", "@-", ".-", "-."], StringComparison.Ordinal);

    /// <summary>An address alone, ready for a command or a header.</summary>
    /// <param name="address">As typed.</param>
    /// <exception cref="RefusedException">See <see cref="Parse"/>.</exception>
    public static string Of(string address) =>
        StandsAsItIs(address) ? address : Parse(address).GetAddress(idnEncode: true);

    /// <param name="address">As typed.</param>
    /// <param name="name">Display name; what could end a header line becomes a space.</param>
    /// <exception cref="RefusedException">
    /// It is no address, or its local part is not ASCII: RFC 6531 section 3.2 forbids that without SMTPUTF8, which few relays
    /// offer and which would forbid the signature. The text does not repeat the address.
    /// </exception>
    public static MailboxAddress Parse(string address, string? name = null)
    {
        var at = address.LastIndexOf('@');
        // White space is legal in quotes and around dots; MimeKit would take it, and line ends with it.
        if (at < 1 || address.Any(character => char.IsWhiteSpace(character) || char.IsControl(character)))
        {
            throw new RefusedException("This is no e-mail address: it has no @ with a name before it, or white space within.");
        }

        var local = address[..at];
        if (!Ascii.IsValid(local))
        {
            throw new RefusedException("The part before the @ must be plain ASCII: mail servers that take other letters there are too few to send to.");
        }

        try
        {
            return new MailboxAddress(OneLine(name), $"{local}@{Idn.GetAscii(address[(at + 1)..])}");
        }
        catch (Exception exception) when (exception is ArgumentException or ParseException)
        {
            throw new RefusedException("This is no e-mail address that a mail server would take.");
        }
    }

    /// <summary>Control characters, line ends among them, as spaces: no value can begin another header (RFC 5322 section 2.2).</summary>
    public static string? OneLine(string? text) => text is null || !text.Any(IsLineBreaking)
        ? text
        : string.Create(text.Length, text, static (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
            {
                target[i] = IsLineBreaking(source[i]) ? ' ' : source[i];
            }
        });

    /// <summary>Nearly every address: plain atoms with dots between them, and a domain that is no A-label. The rest is for MimeKit's parser.</summary>
    private static bool StandsAsItIs(ReadOnlySpan<char> address)
    {
        var at = address.LastIndexOf('@');
        return at > 0
            && AreParted(address[..at], AtomCharacters)
            && AreParted(address[(at + 1)..], LabelCharacters)
            // A hyphen at a label's edge, or two of them, which an A-label has.
            && !address[at..].ContainsAny(OddHyphens) && address[^1] != '-';
    }

    private static bool AreParted(ReadOnlySpan<char> text, SearchValues<char> characters)
    {
        foreach (var part in text.Split('.'))
        {
            if (text[part].Length is 0 or > LongestPart || text[part].ContainsAnyExcept(characters))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsLineBreaking(char character) => char.IsControl(character) || character is '\u2028' or '\u2029';
}
