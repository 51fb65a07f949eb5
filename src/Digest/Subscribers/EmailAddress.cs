using System.Buffers;
using System.Globalization;
using System.Text;

namespace Digest.Subscribers;

/// <summary>One mailbox as typed, and the key by which it is compared.</summary>
/// <param name="Typed">Trimmed, otherwise as typed: what mail is sent to.</param>
/// <param name="Key">Lower-case, domain as A-label.</param>
public sealed record EmailAddress(string Typed, string Key)
{
    private const int LongestLocal = 64;
    private const int LongestDomain = 255;

    /// <summary>A path is at most 256 octets with its angle brackets (RFC 5321 section 4.5.3.1.3).</summary>
    private const int LongestAddress = 254;

    /// <summary>RFC 5322 section 3.2.3. Quoted local parts are left out: nobody has one, and each is a way to smuggle.</summary>
    private static readonly SearchValues<char> AtomCharacters =
        SearchValues.Create("!#$%&'*+-/0123456789=?ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~.");

    private static readonly SearchValues<char> ListCharacters = SearchValues.Create("<>,;\" ()");

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>Accepts what RFC 5321 section 4.5.3.1 lets us mail: one mailbox, no control characters, a domain with a dot.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="problem">One sentence for the person who typed it, when the result is none.</param>
    public static EmailAddress? Parse(string? text, out string problem)
    {
        var typed = text?.Trim() ?? "";
        var at = typed.LastIndexOf('@');
        var local = at < 0 ? typed : typed[..at];
        var domain = at < 0 ? null : DomainKey(typed[(at + 1)..]);
        problem = typed.Length == 0 ? "Type an e-mail address, for example reader@example.org."
            : typed.Any(char.IsControl) ? "An e-mail address is one line without control characters."
            : typed.AsSpan().ContainsAny(ListCharacters) ? "Type one e-mail address alone, without a name, brackets, quotes or a second address."
            : at < 1 ? "An e-mail address has a name, an @ and a domain, for example reader@example.org."
            : LocalProblem(local) ?? DomainProblem(domain, local) ?? "";
        return problem.Length > 0 ? null : new EmailAddress(typed, $"{local.ToLowerInvariant()}@{domain}");
    }

    private static string? LocalProblem(string local) =>
        // RFC 6531 section 3.2: such a mailbox can be reached only where every server on the way offers SMTPUTF8.
        !Ascii.IsValid(local) ? "We cannot reach mailboxes with other letters than a to z before the @; please use another address."
            : local.AsSpan().ContainsAnyExcept(AtomCharacters) ? "The part before the @ contains a character that no mail server takes."
            : local.StartsWith('.') || local.EndsWith('.') || local.Contains("..", StringComparison.Ordinal)
                ? "In the part before the @, a dot stands between two other characters."
            : local.Length > LongestLocal ? $"The part before the @ is longer than the {LongestLocal} characters that mail servers take."
            : null;

    private static string? DomainProblem(string? domain, string local) =>
        domain is null ? "The part after the @ is no domain name, for example example.org."
            : domain.Length > LongestDomain ? $"The part after the @ is longer than the {LongestDomain} characters that mail servers take."
            : local.Length + 1 + domain.Length > LongestAddress ? $"The address is longer than the {LongestAddress} characters that mail servers take."
            : null;

    /// <summary>The domain's A-label in lower case, or none when it is no public host name.</summary>
    private static string? DomainKey(string domain)
    {
        try
        {
            var key = Idn.GetAscii(domain).ToLowerInvariant();
            var last = key[(key.LastIndexOf('.') + 1)..];
            // A last label of digits is an IP address, an empty one a trailing dot.
            return last.Length > 0 && last.Length < key.Length && !last.All(char.IsAsciiDigit) ? key : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
