using System.Globalization;
using Digest.Issues;
using Digest.Newsletters;

namespace Digest.Web.Pages.Public;

/// <summary>An issue in a list.</summary>
public sealed record IssueLine(Newsletter Newsletter, DateOnly Week, string Subject, string Preheader)
{
    /// <summary>As in the issue's address.</summary>
    public string WeekKey => Week.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

internal static class IssueLines
{
    /// <summary>What a list shows of issues, and no more.</summary>
    public static IQueryable<IssueLine> Lines(this IQueryable<Issue> issues, Newsletter newsletter) =>
        issues.Select(issue => new IssueLine(newsletter, issue.Week, issue.Subject, issue.Preheader));
}
