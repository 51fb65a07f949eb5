using System.Text.RegularExpressions;

namespace Digest.Smtp;

/// <summary>What may be kept of a server's words.</summary>
internal static partial class ReplyText
{
    private const int MaxLength = 500;

    /// <summary>MailKit leaves the enhanced code at the start of the text (RFC 2034).</summary>
    public static string? EnhancedCode(string text) => EnhancedCodePattern().Match(text) is { Success: true } match ? match.Value : null;

    /// <summary>On one line, without mailbox addresses, cut to 500 characters.</summary>
    public static string Redact(string text)
    {
        var line = WireAddress.OneLine(text)!;
        var redacted = (line.Contains('@', StringComparison.Ordinal) ? MailboxPattern().Replace(line, "[address]") : line).Trim();
        // Half a surrogate pair is no text that a database takes.
        return redacted.Length <= MaxLength ? redacted : redacted[..(char.IsHighSurrogate(redacted[MaxLength - 1]) ? MaxLength - 1 : MaxLength)];
    }

    [GeneratedRegex(@"^[245]\.\d{1,3}\.\d{1,3}(?!\d)")]
    private static partial Regex EnhancedCodePattern();

    // Generous on both sides: rather one word too many removed than half an address kept.
    [GeneratedRegex(@"(?:""[^""]*""|[^\s<>(),;:""\[\]]+)@[^\s<>(),;:""]+")]
    private static partial Regex MailboxPattern();
}
