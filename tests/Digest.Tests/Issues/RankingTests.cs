using Digest.Issues;
using Digest.Newsletters;
using Digest.Stories;
using Shouldly;
using Xunit;

namespace Digest.Tests.Issues;

public sealed class RankingTests
{
    private static readonly DateTimeOffset Thursday = new(2026, 11, 19, 8, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Weight_comes_before_sources_before_stances_before_freshness()
    {
        var ranked = Rank(
            Story("old", Thursday.AddDays(-1), 0, "calm", "keen"),
            Story("fresh", Thursday, 0, "calm", "keen"),
            Story("one-sided", Thursday.AddDays(2), 0, "calm", "calm"),
            Story("many", Thursday.AddDays(-3), 0, "calm", "calm", "calm"),
            Story("chosen", Thursday.AddDays(-4), 5),
            Story("held-back", Thursday, -5, "calm", "keen", "wary", "wary"));

        ranked.Select(story => story.Story.Slug).ShouldBe(["chosen", "many", "fresh", "old", "one-sided", "held-back"]);
    }

    [Fact]
    public void Each_place_is_explained_by_its_facts_and_by_what_put_it_before_the_next()
    {
        var ranked = Rank(
            Story("chosen", Thursday, 5),
            Story("many", Thursday, 0, "calm", "keen", "keen"),
            Story("one", Thursday, 0, "calm"));

        ranked.Select(story => story.Reason).ShouldBe([
            "Editor's weight +5, 0 sources, published Thu 19 Nov 09:30; before the next by the editor's weight.",
            "3 sources at 2 stances, published Thu 19 Nov 09:30; before the next by more sources.",
            "1 source at 1 stance, published Thu 19 Nov 09:30.",
        ]);
    }

    [Fact]
    public void Stories_alike_in_everything_are_ordered_by_name_so_that_two_assemblies_agree()
    {
        var (a, b) = (Story("a", Thursday, 0, "calm"), Story("b", Thursday, 0, "calm"));

        Rank(a, b).ShouldBe(Rank(b, a));
    }

    private static IReadOnlyList<RankedStory> Rank(params Story[] stories) => new Ranking(Newsletter).Rank(stories);

    private static Story Story(string slug, DateTimeOffset publishedAt, int weight, params string[] stances) => new()
    {
        Slug = slug,
        Title = slug,
        PublishedAt = publishedAt,
        Weight = weight,
        Sources = [.. stances.Select((stance, position) => new StorySource
        {
            Position = position,
            Outlet = "An outlet",
            Url = "https://outlet.example.com/",
            Stance = stance,
        })],
    };

    private static readonly Newsletter Newsletter = new()
    {
        Slug = "signal",
        Name = "Signal",
        TimeZone = "Europe/Berlin",
        Sender = new SenderIdentity("Signal", "a@example.com", "b@example.com", "c@example.com", "signal.example.com", "bounces.example.com", "signal"),
        PostalAddress = "1 Main Street",
        Vocabulary = new Vocabulary { Stances = [new Term("wary", "Wary"), new Term("calm", "Calm"), new Term("keen", "Keen")] },
    };
}
