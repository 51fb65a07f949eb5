using Digest.Issues;
using Digest.Newsletters;

namespace Digest.Rendering;

/// <summary>An issue, ready to show at a chosen detail.</summary>
public sealed record IssueView(Newsletter Newsletter, string HomeUrl) : MailView(Newsletter, HomeUrl)
{
    public override bool ForSubscribers => true;

    /// <summary>The days the issue tells of.</summary>
    public required string Range { get; init; }

    public required string ReadOnlineUrl { get; init; }

    /// <summary>The first is the lead.</summary>
    public required IReadOnlyList<StoryView> Stories { get; init; }

    /// <summary>Stories that only the online issue carries, as the mail would be too large.</summary>
    public required int MoreOnline { get; init; }

    /// <summary>Over the sources of all stories; none when no source has a stance.</summary>
    public required SpreadView? WeekSpread { get; init; }

    /// <summary>Sources of all stories.</summary>
    public required int SourceCount { get; init; }

    public StoryView Lead => Stories[0];

    /// <summary>Stories of the issue, in the mail or online.</summary>
    public int StoryCount => Stories.Count + MoreOnline;

    /// <summary>Some story is cut shorter than it would be in a smaller issue.</summary>
    public required bool Shortened { get; init; }

    public Headings Headings => Newsletter.Vocabulary.Headings;

    public static IssueView Of(IssueModel issue, PublicUrls urls, IssueDetail detail)
    {
        var newsletter = issue.Newsletter;
        var culture = Tongue.CultureOf(newsletter.Language);
        var sources = issue.Stories.SelectMany(story => story.Sources).ToList();
        return new IssueView(newsletter, urls.Home(newsletter.Slug))
        {
            Range = WeekDates.Range(issue.Week, culture),
            ReadOnlineUrl = urls.Issue(newsletter.Slug, issue.Week.Monday),
            Stories = [.. detail.Stories.Select((shown, index) => StoryView.Of(issue.Stories[index], newsletter, urls, shown))],
            MoreOnline = issue.Stories.Count - detail.Stories.Count,
            Shortened = detail.Step > 0,
            WeekSpread = SpreadView.Of(sources, newsletter.Vocabulary),
            SourceCount = sources.Count,
        };
    }
}
