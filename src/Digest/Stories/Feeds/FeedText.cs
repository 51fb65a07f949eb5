using System.Text;
using System.Text.RegularExpressions;

namespace Digest.Stories.Feeds;

/// <summary>A feed's bytes as text: what says the charset, and what to do when it is wrong.</summary>
internal static partial class FeedText
{
    /// <summary>Far enough for an XML declaration and a byte order mark.</summary>
    private const int Head = 256;

    /// <summary>
    /// RFC 7303 section 3: the byte order mark, then the Content-Type, then the declaration, then UTF-8. One that the bytes
    /// contradict is passed over; what nothing fits is read as windows-1252, in which every byte means something.
    /// </summary>
    public static string Decode(ReadOnlySpan<byte> bytes, string? charset)
    {
        var (mark, length) = ByteOrderMark(bytes);
        var content = bytes[length..];
        foreach (var encoding in (ReadOnlySpan<Encoding?>)[mark, Named(charset), WithoutMark(content), Named(Declared(content)), Encoding.UTF8])
        {
            if (encoding is not null && Try(encoding, content) is { } text)
            {
                return text;
            }
        }

        return Windows1252().GetString(content);
    }

    /// <summary>What PostgreSQL, XML and readers cannot take is taken out: control characters, half pairs, noncharacters.</summary>
    public static string Clean(string text)
    {
        if (!NotText().IsMatch(text))
        {
            return text;
        }

        return NotText().Replace(text, "");
    }

    private static (Encoding? Encoding, int Length) ByteOrderMark(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (Encoding.UTF8, 3),
        [0xFF, 0xFE, 0, 0, ..] => (Encoding.UTF32, 4),
        [0xFF, 0xFE, ..] => (Encoding.Unicode, 2),
        [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode, 2),
        _ => (null, 0),
    };

    /// <summary>A document begins with an ASCII sign, so that a zero beside it tells the width (XML 1.0 appendix F.1).</summary>
    private static Encoding? WithoutMark(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [not 0, 0, not 0, 0, ..] => Encoding.Unicode,
        [0, not 0, 0, not 0, ..] => Encoding.BigEndianUnicode,
        _ => null,
    };

    private static string? Declared(ReadOnlySpan<byte> bytes)
    {
        var head = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, Head)]);
        return Declaration().Match(head) is { Success: true } match ? match.Groups[1].Value : null;
    }

    private static Encoding? Named(string? name)
    {
        try
        {
            return name?.Trim().ToLowerInvariant() switch
            {
                null or "" => null,
                // WHATWG Encoding section 4.2: what says Latin 1 or ASCII is written in windows-1252.
                "iso-8859-1" or "latin1" or "latin-1" or "us-ascii" or "ascii" or "cp1252" => Windows1252(),
                var known => CodePagesEncodingProvider.Instance.GetEncoding(known) ?? Encoding.GetEncoding(known),
            };
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            // Unknown, or known and refused: UTF-7.
            return null;
        }
    }

    private static string? Try(Encoding encoding, ReadOnlySpan<byte> bytes)
    {
        // Every byte is good windows-1252, valid UTF-8 hardly ever by chance: where a server only thinks it sends Latin 1, the bytes know better.
        if (encoding.CodePage == Windows1252().CodePage && bytes.ContainsAnyInRange((byte)0x80, (byte)0xFF) && Try(Encoding.UTF8, bytes) is { } utf8)
        {
            return utf8;
        }

        try
        {
            return Encoding.GetEncoding(encoding.CodePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback).GetString(bytes);
        }
        catch (Exception error) when (error is DecoderFallbackException)
        {
            return null;
        }
        catch (Exception error) when (error is NotSupportedException or ArgumentException)
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(encoding.CodePage) is { } legacy ? legacy.GetString(bytes) : null;
        }
    }

    private static Encoding Windows1252() => CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    [GeneratedRegex("""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x84\x86-\x9F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]")]
    private static partial Regex NotText();
}
