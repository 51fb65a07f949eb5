namespace Digest.Subscribers;

/// <summary>One mailbox as typed, and the key by which it is compared.</summary>
/// <param name="Typed">Trimmed, otherwise as typed: what mail is sent to.</param>
/// <param name="Key">Lower-case, domain as A-label.</param>
public sealed record EmailAddress(string Typed, string Key)
{
    /// <summary>Accepts what RFC 5321 section 4.5.3.1 lets us mail: one mailbox, no control characters, a domain with a dot.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="problem">One sentence for the person who typed it, when the result is none.</param>
    public static EmailAddress? Parse(string? text, out string problem) => throw new NotImplementedException($"{text}");
}
