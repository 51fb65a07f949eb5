using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Digest.Settings;

namespace Digest.Newsletters;

/// <summary>What a newsletter's fields must be, beyond <see cref="FieldChecks"/>.</summary>
internal static partial class NewsletterChecks
{
    /// <summary>First segments of addresses that are no newsletter's page; see <see cref="PublicUrls"/>.</summary>
    private static readonly HashSet<string> Reserved =
        ["admin", "api", "inbox", "confirm", "u", "preferences", "alive", "health", "login", "logout", "jobs", "issues"];

    /// <summary>Without a dot, so that it never hides a file such as favicon.ico.</summary>
    public static string? Slug(string value) => Reserved.Contains(value)
        ? $"'{value}' is an address of Digest's own pages; choose another slug."
        : FieldChecks.Slug(40)(value);

    /// <summary>The name alone, without emoji or invisible signs (Google's sender guidelines; they also hide a forged name).</summary>
    public static string? DisplayName(string value)
    {
        if (value.Contains('@', StringComparison.Ordinal))
        {
            return "holds an @; a display name names the sender, the address stands beside it.";
        }

        foreach (var rune in value.EnumerateRunes().Where(rune => Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.OtherSymbol or UnicodeCategory.ModifierSymbol or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
            or UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned))
        {
            return string.Create(CultureInfo.InvariantCulture, $"holds U+{rune.Value:X4}, an emoji, symbol or invisible sign; use letters only.");
        }

        return null;
    }

    /// <summary>An ASCII addr-spec without quoting: what every relay and reader can answer (RFC 5321 section 4.1.2, 4.5.3.1).</summary>
    public static string? Address(string value)
    {
        var at = value.LastIndexOf('@');
        return at is > 0 and <= 64 && LocalPart().IsMatch(value[..at]) && Domain(value[(at + 1)..]) is null
            ? null
            : $"'{value}' is no mail address that can send; write name@domain in ASCII, an international domain in its xn-- form.";
    }

    public static string? Domain(string value) => value.Length <= 253 && DomainName().IsMatch(value)
        ? null
        : $"'{value}' is no domain name; write it as mail.example.com, an international one in its xn-- form.";

    /// <summary>Google asks for 5 to 15 characters in Feedback-ID's last field.</summary>
    public static string? FeedbackSenderId(string value) =>
        FeedbackId().IsMatch(value) ? null : $"'{value}' must be 5 to 15 letters or digits.";

    public static string? HttpsUrl(string value) =>
        FieldChecks.WebUrl(value) ?? (value.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? null : $"'{value}' must be https.");

    /// <summary>
    /// Only IANA ids, as they are spelt: a Windows id depends on the machine's ICU and is unknown to PostgreSQL, and whether
    /// another spelling is found depends on what the process asked for before.
    /// </summary>
    public static string? Zone(string value)
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(value, out var zone) && zone.HasIanaId && zone.Id == value)
        {
            return null;
        }

        return TimeZoneInfo.TryConvertWindowsIdToIanaId(value, out var iana)
            ? $"'{value}' is a Windows zone; write its IANA name, {iana}."
            : Spelling.Nearest(value, TimeZoneInfo.GetSystemTimeZones().Select(known => known.Id)) is { } near
                ? $"'{value}' is no time zone of this machine; did you mean '{near}'?"
                : $"'{value}' is no time zone of this machine; write an IANA name such as Europe/Berlin.";
    }

    public static string? ClockTime(string value) => TimeOnly.TryParseExact(value, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
        ? null
        : $"'{value}' is no local time; write hours and minutes, such as 07:00.";

    /// <summary>WCAG 2.2 criterion 1.4.3: 4.5 to 1 for text of normal size, which links are.</summary>
    public static FieldCheck ReadableOn(string ground) => value =>
    {
        if (!Colour().IsMatch(value))
        {
            return $"'{value}' is no colour; write it as #rrggbb.";
        }

        var ratio = Contrast.Between(value, ground);
        return ratio >= 4.5
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{value} has a contrast of {ratio:0.0}:1 on {ground}; links need 4.5:1 to be read.");
    };

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\z")]
    private static partial Regex LocalPart();

    [GeneratedRegex(@"^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])\z")]
    private static partial Regex DomainName();

    [GeneratedRegex(@"^[A-Za-z0-9]{5,15}\z")]
    private static partial Regex FeedbackId();

    [GeneratedRegex(@"^#[0-9A-Fa-f]{6}\z")]
    private static partial Regex Colour();
}
