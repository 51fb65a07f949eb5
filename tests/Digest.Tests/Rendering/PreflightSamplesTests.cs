using CsCheck;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Stories;
using Digest.Tests.Architecture;
using Shouldly;
using Xunit;

namespace Digest.Tests.Rendering;

/// <summary>What the product's own templates write passes its own preflight.</summary>
public sealed class PreflightSamplesTests
{
    private static readonly string Folder = Checkout.PathOf("src/Digest.Cli/Samples/the-weigh-in");

    private static readonly Newsletter Newsletter =
        NewsletterFile.Parse(File.ReadAllText(Path.Combine(Folder, "newsletter.yaml")), "newsletter.yaml");

    private static readonly IReadOnlyList<Story> Stories =
        [.. StoryFolder.Read(Path.Combine(Folder, "stories")).Select(input => StoryFile.Parse(input.Text, input.FileName, Newsletter))];

    [Fact]
    public async Task The_sample_week_has_no_error_and_no_warning()
    {
        var calendar = NewsletterCalendar.Of(Newsletter);
        var week = Stories.Select(story => calendar.WeekOf(story.PublishedAt)).MaxBy(found => found.Monday);
        var stories = Stories.Where(story => calendar.WeekOf(story.PublishedAt) == week).OrderByDescending(story => story.Weight).ToList();

        var mail = await SampleIssues.Renderer.RenderIssueAsync(new IssueModel(Newsletter, week, stories));

        Preflight.Check(Newsletter, mail, "").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("one")]
    [InlineData("forty")]
    [InlineData("rtl")]
    public async Task The_hard_issues_have_none_either(string name)
    {
        var issue = name switch { "one" => SampleIssues.One(), "forty" => SampleIssues.Forty(), _ => SampleIssues.RightToLeftAndEmoji() };

        Preflight.Check(issue.Newsletter, await SampleIssues.Renderer.RenderIssueAsync(issue), "").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_intake_would_refuse_is_found_where_it_came_in_another_way()
    {
        var issue = SampleIssues.One() with { Stories = [SampleIssues.Hostile()] };

        var found = Preflight.Check(issue.Newsletter, await SampleIssues.Renderer.RenderIssueAsync(issue), "");

        found.ShouldContain(finding => finding.Severity == PreflightSeverity.Error && finding.Finding.Contains("“Bad Link”") && finding.Finding.Contains("leads nowhere"));
    }

    [Fact]
    public async Task Any_choice_of_the_sample_stories_in_any_order_has_no_error()
    {
        await Gen.Shuffle(Stories.ToArray()).Select(Gen.Int[1, 12], (stories, count) => stories.Take(count).ToList()).SampleAsync(
            async stories =>
            {
                var mail = await SampleIssues.Renderer.RenderIssueAsync(new IssueModel(Newsletter, SampleIssues.Week, stories));

                Preflight.Check(Newsletter, mail, "").ShouldNotContain(finding => finding.Severity == PreflightSeverity.Error);
            },
            iter: 30);
    }

    [Fact]
    public void No_input_makes_a_check_fail() => Gen.Select(Gen.String, Gen.String, Gen.String[Gen.Char["<>a href=\"{}%[]/:&;h1style# "], 0, 300], Gen.String).Sample(
        (subject, preheader, html, text) => Preflight.Check(Newsletter, new RenderedMail(subject, preheader, html, text), "").ShouldNotBeEmpty());
}
