using Digest.Issues;
using Digest.Newsletters;
using Digest.Stories;
using Shouldly;
using Xunit;

namespace Digest.Tests.Issues;

public sealed class RankingTests
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 16, 0, 0, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset Thursday = new(2026, 11, 19, 8, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Sources_voices_spread_and_freshness_each_count_and_the_editors_weight_outweighs_them_all()
    {
        var ranked = Rank(
            Story("old", Thursday.AddDays(-3), 0, "calm", "keen"),
            Story("fresh", Thursday, 0, "calm", "keen"),
            Story("one-sided", Thursday, 0, "calm", "calm"),
            Story("many", Thursday.AddDays(-3), 0, "wary", "calm", "calm", "keen"),
            Story("chosen", Thursday.AddDays(-3), 100),
            Story("held-back", Thursday, -100, "wary", "calm", "keen", "keen"));

        ranked.Select(story => story.Story.Slug).ShouldBe(["chosen", "many", "fresh", "old", "one-sided", "held-back"]);
        ranked.Select(story => story.Score).ShouldBeInOrder(SortDirection.Descending);
    }

    [Fact]
    public void Each_place_is_explained_by_the_parts_of_its_score()
    {
        var ranked = Rank(
            Story("chosen", Monday, 5),
            Story("many", Thursday, 0, "wary", "keen", "keen"),
            Story("one", Monday.AddDays(7), 0, "calm"));

        ranked.Select(story => story.Reason).ShouldBe([
            "0.85: 3 sources +0.30, 3 outlets through 0 lenses +0.20, stances from Wary to Keen +0.15, published Thu 19 Nov 09:30 +0.10, no topic +0.10.",
            "0.47: 1 source +0.10, 1 outlet through 0 lenses +0.07, published Mon 23 Nov 01:00 +0.20, no topic +0.10.",
            "0.15: the editor's weight +5 +0.05, no topic +0.10.",
        ]);
    }

    [Fact]
    public void A_weight_that_counts_alone_ranks_alone()
    {
        var newsletter = NewNewsletter(new RankingWeights { Sources = 0, Diversity = 0, Spread = 0, Freshness = 1, Balance = 0 });

        var ranked = new Ranking(newsletter, Monday, Monday.AddDays(7)).Rank([
            Story("old", Monday, 0, "wary", "calm", "keen"),
            Story("new", Thursday, 0),
        ]);

        ranked.Select(story => (story.Story.Slug, Math.Round(story.Score, 2))).ShouldBe([("new", 0.48), ("old", 0)]);
    }

    [Fact]
    public void Topics_take_turns_among_stories_that_are_otherwise_alike()
    {
        var ranked = Rank(OnTopic("a", "law"), OnTopic("b", "law"), OnTopic("c", "work"));

        ranked.Select(story => story.Story.Slug).ShouldBe(["a", "c", "b"]);
        ranked[2].Reason.ShouldContain("after 1 on its topic +0.05");
    }

    [Fact]
    public void Stories_alike_in_everything_are_ordered_by_name_so_that_two_assemblies_agree()
    {
        var (a, b) = (Story("a", Thursday, 0, "calm"), Story("b", Thursday, 0, "calm"));

        Rank(a, b).ShouldBe(Rank(b, a));
    }

    private static IReadOnlyList<RankedStory> Rank(params Story[] stories) => new Ranking(NewNewsletter(), Monday, Monday.AddDays(7)).Rank(stories);

    private static Story OnTopic(string slug, string topic)
    {
        var story = Story(slug, Thursday, 0, "calm");
        story.Topics = [topic];
        return story;
    }

    private static Story Story(string slug, DateTimeOffset publishedAt, int weight, params string[] stances) => new()
    {
        Slug = slug,
        Title = slug,
        PublishedAt = publishedAt,
        Weight = weight,
        Sources = [.. stances.Select((stance, position) => new StorySource
        {
            Position = position,
            Outlet = $"Outlet {position}",
            Url = "https://outlet.example.com/",
            Stance = stance,
        })],
    };

    private static Newsletter NewNewsletter(RankingWeights? ranking = null) => new()
    {
        Slug = "signal",
        Name = "Signal",
        TimeZone = "Europe/Berlin",
        Sender = new SenderIdentity("Signal", "a@example.com", "b@example.com", "c@example.com", "signal.example.com", "bounces.example.com", "signal"),
        PostalAddress = "1 Main Street",
        Policy = new IssuePolicy { Ranking = ranking ?? new() },
        Vocabulary = new Vocabulary { Stances = [new Term("wary", "Wary"), new Term("calm", "Calm"), new Term("keen", "Keen")] },
    };
}
