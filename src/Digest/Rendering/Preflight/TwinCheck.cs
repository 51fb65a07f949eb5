using System.Text;
using Digest.Issues;

namespace Digest.Rendering;

/// <summary>The text part says what the HTML part says, in lines that every server takes and every pane shows.</summary>
internal static class TwinCheck
{
    private const string Name = "text";

    private const string Mend = "Mend the template of the text part, then assemble again.";

    /// <summary>RFC 5322 section 2.1.1.</summary>
    private const int LongestLine = 998;

    public static IEnumerable<PreflightFinding> Find(CheckedMail mail)
    {
        var text = mail.Mail.Text;
        if (string.IsNullOrWhiteSpace(text))
        {
            yield return Found.Error(Name, "The text part is empty.", Mend);
            yield break;
        }

        foreach (var link in mail.Links.Where(link => link.Target is { Length: > 0 } target && !target.Contains("{{", StringComparison.Ordinal))
            .DistinctBy(link => link.Target).Where(link => !text.Contains(link.Target!, StringComparison.Ordinal)))
        {
            yield return Found.Warning(Name, $"{link.Place} is not in the text part: it lacks {Found.Quote(link.Target!)}.", Mend);
        }

        var letters = CheckedMail.Letters(text);
        foreach (var heading in mail.Headings
            .Where(heading => !heading.OfFigure && !letters.Contains(CheckedMail.Letters(heading.Words), StringComparison.Ordinal)))
        {
            yield return Found.Warning(Name, $"The heading {Found.Quote(heading.Words)} is not in the text part.", Mend);
        }

        foreach (var line in text.Split('\n').Select(line => line.TrimEnd('\r')))
        {
            if (Encoding.UTF8.GetByteCount(line) > LongestLine)
            {
                yield return Found.Error(
                    Name, $"The line {Found.Quote(line)} of the text part is longer than the {LongestLine} bytes that a mail may have (RFC 5322 section 2.1.1).",
                    "Shorten its address, then assemble again.");
            }
            else if (line.Length > TextTwin.Columns && TextColumns.Of(line) > TextTwin.Columns && !IsAddress(line))
            {
                yield return Found.Warning(
                    Name, $"The line {Found.Quote(line)} of the text part is wider than {TextTwin.Columns} columns.",
                    Mend);
            }
        }
    }

    /// <summary>An address is never broken, however long.</summary>
    private static bool IsAddress(string line) =>
        line.Contains("://", StringComparison.Ordinal) || line.Contains("{{", StringComparison.Ordinal);
}
