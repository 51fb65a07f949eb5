using Digest.Rendering;
using Digest.Stories;
using Shouldly;
using Xunit;

namespace Digest.Tests.Rendering;

public sealed class ReadingTimeTests
{
    private static readonly string Minute = string.Join(' ', Enumerable.Repeat("word", 230));

    [Fact]
    public void A_story_takes_as_long_in_the_contents_as_on_its_page()
    {
        var story = new Story { Slug = "a", Title = "A", Standfirst = Minute, KeyPoints = [Minute], Disagreements = [Minute], Watch = [Minute] };

        StoryView.Of(story, SampleIssues.NewNewsletter(), SampleIssues.Urls, StoryDetail.Brief).Minutes.ShouldBe(ReadingTime.Of(story));
        ReadingTime.Of(story).ShouldBe(4);
    }

    [Fact]
    public void The_sections_over_all_stories_count_only_where_they_are_shown()
    {
        var issue = new IssueModel(SampleIssues.NewNewsletter(), SampleIssues.Week,
        [
            new Story { Slug = "a", Title = "A", Standfirst = Minute },
            new Story { Slug = "b", Title = "B", Standfirst = "Says it.", Scrutiny = [Minute], Watch = [Minute], Number = new StoryNumber("3", Minute) },
        ]);

        Minutes(issue, step: 0).ShouldBe(4);
        var hidden = Enumerable.Range(0, IssueDetail.Steps(2)).First(step => !IssueDetail.At(step, issue.Stories).ShowsWeek);
        Minutes(issue, hidden).ShouldBe(1);
    }

    private static int Minutes(IssueModel issue, int step) =>
        IssueView.Of(issue, WeekView.Of(issue, SampleIssues.Urls), SampleIssues.Urls, IssueDetail.At(step, issue.Stories)).Minutes;
}
