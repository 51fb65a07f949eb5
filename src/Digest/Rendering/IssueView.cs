using Digest.Issues;
using Digest.Newsletters;
using Digest.Stories;

namespace Digest.Rendering;

/// <param name="Topic">As readers see it, or none.</param>
public sealed record StoryGroup(string? Topic, IReadOnlyList<StoryView> Stories);

/// <summary>An issue, ready to show at a chosen detail.</summary>
public sealed record IssueView(Newsletter Newsletter, string HomeUrl) : MailView(Newsletter, HomeUrl)
{
    public override bool ForSubscribers => true;

    /// <summary>The editor's subject, or the lead's title.</summary>
    public required string Subject { get; init; }

    /// <summary>The editor's preheader, or none.</summary>
    public required string? Preheader { get; init; }

    /// <summary>The days the issue tells of.</summary>
    public required string Range { get; init; }

    /// <summary>To read what the mail shows, whole minutes.</summary>
    public required int Minutes { get; init; }

    public required string ReadOnlineUrl { get; init; }

    /// <summary>Where a reader says what they think of the issue; takes a rating as <see cref="TakeUrl"/> does.</summary>
    public required Func<string?, string> TakeUrl { get; init; }

    public required Prose? Introduction { get; init; }

    /// <summary>The first is the lead.</summary>
    public required IReadOnlyList<StoryView> Stories { get; init; }

    /// <summary>The stories after the lead, by topic.</summary>
    public required IReadOnlyList<StoryGroup> Groups { get; init; }

    /// <summary>All that are shown, in the order in which they are.</summary>
    public IEnumerable<StoryView> InOrder => [Lead, .. Groups.SelectMany(group => group.Stories)];

    /// <summary>Stories that only the online issue carries, as the mail would be too large.</summary>
    public required int MoreOnline { get; init; }

    /// <summary>What the stories say together; none when the mail would be too large with it.</summary>
    public required WeekView? Week { get; init; }

    /// <summary>Corrections are told however large the mail is.</summary>
    public required IReadOnlyList<CorrectionView> Corrections { get; init; }

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

    /// <param name="issue">What to show.</param>
    /// <param name="week">What its stories say together, the same at every detail.</param>
    /// <param name="urls">Where the links lead.</param>
    /// <param name="detail">How much of each.</param>
    public static IssueView Of(IssueModel issue, WeekView week, PublicUrls urls, IssueDetail detail)
    {
        var newsletter = issue.Newsletter;
        var culture = Tongue.CultureOf(newsletter.Language);
        var sources = issue.Stories.SelectMany(story => story.Sources).ToList();
        var shown = issue.Stories.Take(detail.Stories.Count).ToList();
        var views = shown.Select((story, index) => StoryView.Of(story, newsletter, urls, detail.Stories[index])).ToList();
        var introduction = issue.Introduction is null ? null : Prose.Of(issue.Introduction);
        return new IssueView(newsletter, urls.Home(newsletter.Slug))
        {
            Subject = OneLine.Of(issue.Subject ?? issue.Stories[0].Title),
            Preheader = issue.Preheader is null ? null : OneLine.Of(issue.Preheader),
            Range = WeekDates.Range(issue.Week, culture),
            Minutes = ReadingTime.Minutes([introduction?.Text ?? "", .. views.SelectMany(story => story.ShownTexts), .. detail.ShowsWeek ? TextsOf(week) : []]),
            ReadOnlineUrl = urls.Issue(newsletter.Slug, issue.Week.Monday),
            TakeUrl = rating => urls.IssueTake(newsletter.Slug, issue.Week.Monday, rating),
            Introduction = introduction,
            Stories = views,
            Groups = GroupsOf(issue, shown, views),
            MoreOnline = issue.Stories.Count - detail.Stories.Count,
            Shortened = detail.Step > 0,
            Week = detail.ShowsWeek ? week : null,
            Corrections = week.Corrections,
            WeekSpread = SpreadView.Of(sources, newsletter.Vocabulary),
            SourceCount = sources.Count,
        };
    }

    private static List<StoryGroup> GroupsOf(IssueModel issue, List<Story> shown, List<StoryView> views)
    {
        var groups = issue.InEditorsOrder
            ? [new TopicGroup(null, [.. issue.Stories.Skip(1)])]
            : TopicGroups.Of([.. issue.Stories.Skip(1)], issue.Newsletter.Vocabulary);
        return [.. groups
            .Select(group => new StoryGroup(group.Topic, [.. group.Stories.Where(shown.Contains).Select(story => views[shown.IndexOf(story)])]))
            .Where(group => group.Stories.Count > 0)];
    }

    private static IEnumerable<string> TextsOf(WeekView week) =>
    [
        // One sentence alone is not shown.
        .. week.InShort.Count > 1 ? week.InShort.Select(said => said.Point.Text) : [],
        week.Number?.Says.Point.Text ?? "",
        .. week.Scrutiny.Select(said => said.Point.Text),
        .. week.Watch.Select(said => said.Point.Text),
        .. week.Disagreements.Select(said => said.Written?.Text ?? said.Title),
        .. week.FurtherReading.Select(piece => piece.Line),
    ];
}
