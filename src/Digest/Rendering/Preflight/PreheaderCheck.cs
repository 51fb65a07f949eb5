using System.Globalization;
using Digest.Issues;

namespace Digest.Rendering;

/// <summary>What inboxes show beside the subject: there, of a length that is shown, and something the subject does not say.</summary>
internal static class PreheaderCheck
{
    private const string Name = "preheader";

    private const string Rewrite = "Write another preheader for the issue.";

    /// <summary>A shorter one is filled up by the client with what comes next in the mail.</summary>
    private const int Shortest = 40;

    private const int Longest = 100;

    public static IEnumerable<PreflightFinding> Find(CheckedMail mail)
    {
        var preheader = mail.Mail.Preheader;
        if (string.IsNullOrWhiteSpace(preheader))
        {
            yield return Found.Warning(Name, "The issue has no preheader; inboxes show the first words that they find.", Rewrite);
            yield break;
        }

        if (new StringInfo(preheader).LengthInTextElements is var characters and (< Shortest or > Longest))
        {
            yield return Found.Warning(
                Name, $"The preheader {Found.Quote(preheader)} has {characters} characters; {Shortest} to {Longest} are shown well.",
                Rewrite);
        }

        var (said, subject) = (CheckedMail.Letters(preheader), CheckedMail.Letters(mail.Mail.Subject));
        if (subject.Length > 0 && (said.StartsWith(subject, StringComparison.Ordinal) || subject.Contains(said, StringComparison.Ordinal)))
        {
            yield return Found.Warning(
                Name, $"The preheader {Found.Quote(preheader)} repeats the subject, which stands beside it.",
                Rewrite);
        }

        if (mail.Passages is [var first, ..] && OneLine.Of(first.Words.Trim()) != preheader)
        {
            yield return Found.Warning(Name, $"The mail begins with {Found.Quote(first.Words)}, not with its preheader, and inboxes show that.",
                "Put the preheader first in templates/_layout.cshtml.");
        }
    }
}
