using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Digest.Issues;

namespace Digest.Rendering;

/// <summary>The subject: there, short, honest about what it is, and not what filters score.</summary>
internal static partial class SubjectCheck
{
    private const string Name = Preflight.OfSubject;

    private const string Rewrite = "Write another subject for the issue, or another title for its lead.";

    /// <summary>A shorter one in capitals may be a name.</summary>
    private const int FewestLetters = 8;

    public static IEnumerable<PreflightFinding> Find(CheckedMail mail)
    {
        var subject = mail.Mail.Subject;
        if (string.IsNullOrWhiteSpace(subject))
        {
            yield return Found.Error(Name, "The issue has no subject.", Rewrite);
            yield break;
        }

        var whole = mail.Mail.WholeSubject ?? subject;
        var characters = new StringInfo(whole).LengthInTextElements;
        if (characters > MailDocument.MaximumSubject)
        {
            yield return Found.Warning(
                Name, $"The subject {Found.Quote(whole)} has {characters} characters and is cut to the {MailDocument.MaximumSubject} that most inboxes show.",
                Rewrite);
        }

        // 15 U.S.C. 7704(a)(2): no subject that misleads. Nobody wrote to us, so nothing is answered or passed on.
        if (Answer().Match(subject) is { Success: true } answer)
        {
            yield return Found.Error(
                Name, $"The subject begins with {Found.Quote(answer.Value)}, as if it answered the reader; that is a deceptive subject (15 U.S.C. 7704(a)(2)).",
                Rewrite);
        }

        if (subject.Any(char.IsControl))
        {
            yield return Found.Error(Name, "The subject holds a control character.", Rewrite);
        }

        foreach (var finding in Scored(subject))
        {
            yield return finding;
        }
    }

    /// <summary>Rules of SpamAssassin 4.0, and what is like them.</summary>
    private static IEnumerable<PreflightFinding> Scored(string subject)
    {
        var letters = subject.EnumerateRunes().Where(Rune.IsLetter).ToList();
        if (letters.Count == 0 && !subject.Any(char.IsDigit))
        {
            yield return Found.Warning(
                Name, $"The subject {Found.Quote(subject)} has no letter: it says nothing to a reader who hears it, and filters count it.",
                Rewrite);
        }

        if (letters.Count >= FewestLetters && letters.TrueForAll(letter => !Rune.IsLower(letter)) && letters.Exists(Rune.IsUpper))
        {
            yield return Found.Warning(Name, $"The subject {Found.Quote(subject)} is all capitals (SpamAssassin SUBJ_ALL_CAPS).", Rewrite);
        }

        if (subject.Count(sign => sign is '!' or '！') > 1)
        {
            yield return Found.Warning(
                Name, $"The subject {Found.Quote(subject)} has several exclamation marks, which filters score.",
                Rewrite);
        }
        else if (subject.Contains('!', StringComparison.Ordinal) && subject.Contains('?', StringComparison.Ordinal))
        {
            yield return Found.Warning(
                Name, $"The subject {Found.Quote(subject)} has an exclamation and a question mark (SpamAssassin PLING_QUERY).",
                Rewrite);
        }
    }

    [GeneratedRegex(@"^\s*(re|fwd?|aw|wg|antw|sv|rv)\s*(\[\d+\])?\s*:", RegexOptions.IgnoreCase)]
    private static partial Regex Answer();
}
