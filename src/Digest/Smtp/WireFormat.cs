using MimeKit;

namespace Digest.Smtp;

/// <summary>The one way in which messages are written, so that what is signed, measured and sent is the same.</summary>
internal static class WireFormat
{
    /// <summary>CRLF everywhere (RFC 5322 section 2.3); never International, as we never use SMTPUTF8.</summary>
    public static readonly FormatOptions Options = New(FormatOptions.Default.MaxLineLength);

    /// <summary>
    /// For headers with encoded-words: at MimeKit's usual 78 columns it makes words of 80 and more, and RFC 2047 section 2
    /// allows 75.
    /// </summary>
    public static readonly FormatOptions EncodedWords = New(66);

    private static FormatOptions New(int maxLineLength)
    {
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        options.EnsureNewLine = true;
        options.MaxLineLength = maxLineLength;
        return options;
    }
}
