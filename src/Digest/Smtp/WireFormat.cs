using MimeKit;

namespace Digest.Smtp;

/// <summary>The one way in which messages are written, so that what is signed, measured and sent is the same.</summary>
internal static class WireFormat
{
    /// <summary>CRLF everywhere (RFC 5322 section 2.3); never International, as we never use SMTPUTF8.</summary>
    public static readonly FormatOptions Options = New();

    private static FormatOptions New()
    {
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        options.EnsureNewLine = true;
        return options;
    }
}
