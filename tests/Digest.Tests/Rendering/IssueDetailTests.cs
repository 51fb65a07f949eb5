using Digest.Rendering;
using Digest.Settings;
using Digest.Stories;
using Shouldly;
using Xunit;

namespace Digest.Tests.Rendering;

public sealed class IssueDetailTests
{
    private static readonly Story[] Stories =
    [
        new Story { Slug = "a", Title = "A", Standfirst = "Says what it says." },
        new Story { Slug = "b", Title = "B", Standfirst = "Says what it says." },
        new Story { Slug = "c", Title = "C" },
    ];

    [Fact]
    public void An_issue_shows_its_lead_whole_and_a_body_where_no_standfirst_speaks()
    {
        IssueDetail.At(0, Stories).Stories.ShouldBe([StoryDetail.Whole, StoryDetail.Brief, StoryDetail.BriefWithBody]);
    }

    [Fact]
    public void Each_step_takes_something_away_and_the_last_leaves_one_headline()
    {
        var steps = Enumerable.Range(0, IssueDetail.Steps(Stories.Length) + 1)
            .Select(step => IssueDetail.At(step, Stories).Stories).ToList();

        steps.Zip(steps.Skip(1)).ShouldAllBe(pair => pair.Second.Sum(detail => (int)detail + 1) <= pair.First.Sum(detail => (int)detail + 1));
        steps[1].ShouldBe([StoryDetail.Whole, StoryDetail.Brief, StoryDetail.Brief]);
        steps[^1].ShouldBe([StoryDetail.Headline]);
    }

    [Fact]
    public async Task An_issue_without_stories_is_refused()
    {
        var empty = new IssueModel(SampleIssues.NewNewsletter(), SampleIssues.Week, []);

        (await Should.ThrowAsync<RefusedException>(() => SampleIssues.Renderer.RenderIssueAsync(empty))).Message.ShouldContain("2026-11-23");
    }
}
