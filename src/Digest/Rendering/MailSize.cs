using System.Text;

namespace Digest.Rendering;

/// <summary>
/// Whether an HTML part is small enough to be shown whole. Gmail cuts at about 102,400 bytes; that is held for the
/// decoded part and for its transfer encoding alike, with room for the slots.
/// </summary>
public static class MailSize
{
    public const int MaximumBytes = 90_000;

    private const int MaximumEncodedBytes = 100_000;

    public static bool Fits(string html)
    {
        var (decoded, encoded) = Of(html);
        return decoded <= MaximumBytes && encoded <= MaximumEncodedBytes;
    }

    /// <summary>Bytes of the part, and of the shorter of its transfer encodings.</summary>
    public static (long Decoded, long Encoded) Of(string html)
    {
        var bytes = Encoding.UTF8.GetBytes(html);
        return (bytes.Length, Math.Min(QuotedPrintable(bytes), Base64(bytes)));
    }

    /// <summary>RFC 2045 section 6.7: lines of 76 end in "=" and CRLF, what is not printable ASCII takes three.</summary>
    private static long QuotedPrintable(byte[] bytes)
    {
        long length = 0;
        foreach (var value in bytes)
        {
            length += value is (byte)'\r' or (byte)'\n' or (>= 32 and <= 126 and not (byte)'=') ? 1 : 3;
        }

        return length + (length / 73 * 3);
    }

    /// <summary>RFC 2045 section 6.8.</summary>
    private static long Base64(byte[] bytes) => (bytes.Length + 2L) / 3 * 4 * 78 / 76;
}
