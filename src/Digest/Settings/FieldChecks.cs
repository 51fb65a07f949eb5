using System.Globalization;
using System.Text.RegularExpressions;

namespace Digest.Settings;

/// <summary>What several kinds of input ask of a value; see <see cref="FieldCheck"/>.</summary>
public static partial class FieldChecks
{
    public static string? Printable(string value)
    {
        foreach (var sign in value.Where(sign => char.IsControl(sign) && sign is not ('\n' or '\t')))
        {
            return string.Create(CultureInfo.InvariantCulture, $"holds the control character U+{(int)sign:X4}; remove it.");
        }

        return null;
    }

    public static FieldCheck AtMost(int characters) => value => value.Length <= characters
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"is {value.Length} characters long; {characters} are allowed.");

    public static FieldCheck Between(int least, int most) => value =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"is '{value}'; write a whole number from {least} to {most}.");

    public static FieldCheck OneOf(IReadOnlyCollection<string> known, string what) => value =>
        known.Contains(value) ? null : $"'{value}' is no {what}; {Spelling.Suggest(value, known)}";

    /// <summary>A name in URLs and on the command line.</summary>
    public static FieldCheck Slug(int characters) => value => value.Length <= characters && SlugSyntax().IsMatch(value)
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"'{value}' is no slug; use a to z, 0 to 9 and -, at most {characters} of them.");

    /// <summary>RFC 5646 in shape: a language, then subtags.</summary>
    public static string? Language(string value) =>
        LanguageSyntax().IsMatch(value) ? null : $"'{value}' is no language tag; write BCP 47, such as en, de-AT or ar.";

    /// <summary>A link in a mail stands on its own: there is no page it could be relative to.</summary>
    public static string? WebUrl(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0 && !value.Any(char.IsWhiteSpace)
            ? null
            : $"'{value}' is no link that works in a mail; write an absolute http or https URL.";

    [GeneratedRegex("^[a-z0-9-]+\\z")]
    private static partial Regex SlugSyntax();

    [GeneratedRegex("^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\\z")]
    private static partial Regex LanguageSyntax();
}
