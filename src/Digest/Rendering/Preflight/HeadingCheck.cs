using Digest.Issues;

namespace Digest.Rendering;

/// <summary>Headings are how a screen reader's user finds a story: one of the first level, and no level left out (WCAG 1.3.1).</summary>
internal static class HeadingCheck
{
    private const string Name = "headings";

    public static IEnumerable<PreflightFinding> Find(CheckedMail mail)
    {
        var first = mail.Headings.Count(heading => heading.Level == 1);
        if (first != 1)
        {
            yield return Found.Warning(
                Name, $"The mail has {(first == 0 ? "no heading" : $"{first} headings")} of the first level.",
                "Make the newsletter's name the only <h1>.");
        }

        var before = 0;
        foreach (var heading in mail.Headings)
        {
            if (heading.Words.Length == 0)
            {
                yield return Found.Warning(Name, $"A heading of level {heading.Level} is empty.", "Give it words or take it out.");
            }
            else if (heading.Level > before + 1)
            {
                yield return Found.Warning(
                    Name, $"The heading {Found.Quote(heading.Words)} is of level {heading.Level} after one of {before}.",
                    $"Make it level {before + 1}.");
            }

            before = heading.Level;
        }
    }
}
