using System.Text.RegularExpressions;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Stories;
using Digest.TestKit;
using Digest.Tests.Architecture;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Digest.Tests.Stories;

/// <summary>The sample newsletter of the demo shows every shape that a story can have.</summary>
public sealed partial class SampleStoriesTests
{
    private static readonly string Folder = Checkout.PathOf("src/Digest.Cli/Samples/the-weigh-in");

    private static readonly Newsletter Newsletter = ReadNewsletter();

    private static readonly IReadOnlyList<Story> Stories =
        [.. StoryFolder.Read(Path.Combine(Folder, "stories")).Select(input => StoryFile.Parse(input.Text, input.FileName, Newsletter))];

    [Fact]
    public void They_fill_three_weeks_in_a_row_the_last_one_most()
    {
        var calendar = NewsletterCalendar.Of(Newsletter);
        var weeks = Stories.GroupBy(story => calendar.WeekOf(story.PublishedAt)).OrderBy(week => week.Key.Monday).ToList();

        weeks.Select(week => week.Key).ShouldBe([weeks[0].Key, weeks[0].Key.Next, weeks[0].Key.Next.Next]);
        weeks.Select(week => week.Count()).ShouldBe([4, 5, 7]);
        Stories.ShouldAllBe(story => calendar.Clock.Show(story.PublishedAt).DayOfWeek != DayOfWeek.Sunday);
    }

    [Fact]
    public void The_last_week_is_led_by_the_story_with_everything()
    {
        var lead = LastWeek().MaxBy(story => story.Weight)!;

        lead.Standfirst.ShouldNotBeEmpty();
        lead.Language.ShouldNotBeNull();
        lead.Topics.Count.ShouldBeGreaterThan(1);
        lead.Sources.Count.ShouldBeGreaterThan(4);
        lead.Sources.ShouldAllBe(source => source.Title != null && source.Lens != null && source.Stance != null);
        lead.Sources.ShouldContain(source => source.Note != null);
        new[] { lead.Holds.Count, lead.Scrutiny.Count, lead.Watch.Count, lead.FurtherReading.Count }.ShouldAllBe(count => count > 1);
        lead.FurtherReading.ShouldContain(piece => piece.Outlet != null && piece.Note != null);
        lead.BodyHtml.ShouldContain("<h3>");
        lead.BodyHtml.ShouldContain("<th scope=\"col\"");
    }

    [Fact]
    public void The_last_week_has_every_awkward_story()
    {
        LastWeek().ShouldContain(story => story.Standfirst.Length == 0 && story.Sources.Count == 0 && story.Topics.Count == 0, "a minimal one");
        LastWeek().ShouldContain(story => story.Title.EnumerateRunes().Any(rune => rune.Value > 0x1F000), "one with an emoji in its title");
        LastWeek().ShouldContain(story => story.Language == "ar" && story.Title.Any(letter => letter >= '\u0600' && letter <= '\u06FF'), "one from right to left");
        LastWeek().ShouldContain(story => story.Title.Length > 200 && story.Title.Contains('&') && story.Title.Contains('<'), "one with a long title, & and <");
        Stories.ShouldContain(story => story.CanonicalUrl != null, "one that is published elsewhere");
    }

    [Fact]
    public void Every_stance_and_lens_of_the_scale_is_used()
    {
        var sources = Stories.SelectMany(story => story.Sources).ToList();

        Newsletter.Vocabulary.Stances.ShouldAllBe(stance => sources.Any(source => source.Stance == stance.Key));
        Newsletter.Vocabulary.Lenses.ShouldAllBe(lens => sources.Any(source => source.Lens == lens.Key));
    }

    [Fact]
    public void No_address_and_no_link_leads_to_anybody_real()
    {
        foreach (var file in Directory.GetFiles(Folder, "*", SearchOption.AllDirectories))
        {
            Hosts().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)
                .ShouldAllBe(host => ReservedHost().IsMatch(host), Path.GetFileName(file));
        }
    }

    [Fact]
    public async Task They_import_and_import_again()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var services = TestServices.Build(database, new FakeTimeProvider(Seed.CreatedAt));
        var cancelled = TestContext.Current.CancellationToken;
        var (id, _) = await services.GetRequiredService<ApplyNewsletter>().RunAsync(ReadNewsletter(), cancelled);
        var import = services.GetRequiredService<ImportStories>();
        var inputs = StoryFolder.Read(Path.Combine(Folder, "stories"));

        (await import.RunAsync(id, inputs, TimeSpan.FromDays(70), cancelled)).ShouldBe(new ImportResult(16, 0, 0));
        (await import.RunAsync(id, inputs, TimeSpan.FromDays(70), cancelled)).ShouldBe(new ImportResult(0, 0, 16));
    }

    private static IReadOnlyList<Story> LastWeek()
    {
        var calendar = NewsletterCalendar.Of(Newsletter);
        var last = Stories.Select(story => calendar.WeekOf(story.PublishedAt)).MaxBy(week => week.Monday);
        return [.. Stories.Where(story => calendar.WeekOf(story.PublishedAt) == last)];
    }

    private static Newsletter ReadNewsletter()
    {
        var file = Path.Combine(Folder, "newsletter.yaml");
        return NewsletterFile.Parse(File.ReadAllText(file), file);
    }

    [GeneratedRegex(@"(?:https?://|@)([A-Za-z0-9.-]+)")]
    private static partial Regex Hosts();

    [GeneratedRegex(@"^([a-z0-9-]+\.)*example\.(com|org|net)\z")]
    private static partial Regex ReservedHost();
}
