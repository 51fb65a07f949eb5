using CsCheck;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Subscribers;
using Digest.TestKit;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>What a reader chose is what is queued for them.</summary>
public sealed class QueueTopicsTests
{
    private static readonly string[] Keys = ["agents", "b", "b-2", "policy"];

    private static int newsletters;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reader_gets_the_variant_of_their_choice()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 0);

        var rows = await QueueAsync(world, Keys, variants: ["agents+policy"], stories: [["agents"]],
            [], ["policy", "agents"], ["agents", "gone", "policy", "agents"], ["agents"], Keys, ["gone"]);

        rows.ShouldBe(["", "agents+policy", "agents+policy", "", "", ""]);
    }

    [Fact]
    public async Task A_reader_for_whom_the_issue_has_nothing_is_excluded_and_counted()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 0);

        var rows = await QueueAsync(world, Keys, variants: [], stories: [["agents"], ["b", "b-2"]], ["policy"], ["policy", "b"], []);

        rows.ShouldBe([null, "", ""]);
        var progress = await world.Get<IssueProgress>().ReadAsync(
            await world.Database.ScalarAsync<long>("select max(id) from digest.issues"), Stop);
        progress.Excluded.ShouldBe(new Dictionary<ExclusionReason, int> { [ExclusionReason.Topics] = 1 });
        progress.Candidates.ShouldBe(3);
    }

    [Theory]
    [InlineData]
    [InlineData("a word that is no topic any more")]
    public async Task A_story_without_topics_is_for_everybody(params string[] topics)
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 0);

        (await QueueAsync(world, Keys, variants: [], stories: [["agents"], topics], ["policy"])).ShouldBe([""]);
    }

    [Fact]
    public async Task What_was_frozen_for_a_choice_goes_out_although_its_story_was_sorted_anew()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 0);

        (await QueueAsync(world, Keys, variants: ["policy"], stories: [["agents"]], ["policy"])).ShouldBe(["policy"]);
    }

    [Fact]
    public async Task Without_topics_of_the_newsletter_everybody_gets_the_whole_issue()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 0);

        (await QueueAsync(world, [], variants: [], stories: [["agents"]], ["policy"], [])).ShouldBe(["", ""]);
    }

    [Fact]
    public async Task A_reader_who_gets_nothing_anyway_is_excluded_for_that_reason()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 0);

        await QueueAsync(world, Keys, variants: [], stories: [["agents"]], SubscriberState.Unsubscribed, [["policy"]]);

        (await world.Database.ScalarAsync<string>("select reason from digest.exclusions")).ShouldBe("unsubscribed");
    }

    [Fact]
    public async Task The_statement_and_the_variant_s_name_agree()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 0);
        var lists = Gen.OneOfConst([.. Keys, "gone"]).Array[0, 5].Array[0, 6];

        await Gen.Select(Gen.Shuffle(Keys), Gen.Int[0, Keys.Length], lists, lists, lists).SampleAsync(
            async (shuffled, count, variants, stories, readers) =>
            {
                string[] topics = [.. shuffled.Take(count)];
                Term[] terms = [.. topics.Select(key => new Term(key, key))];
                string[] frozen = [.. variants.Select(variant => VariantKey.Of(variant, terms)).Where(key => key != "").Distinct()];

                var rows = await QueueAsync(world, topics, frozen, stories, readers);

                rows.ShouldBe([.. readers.Select(chosen => Expected(VariantKey.Of(chosen, terms), frozen, topics, stories))]);
            },
            iter: 40, threads: 1);
    }

    /// <returns>The variant, or none for an exclusion.</returns>
    private static string? Expected(string key, string[] frozen, string[] topics, string[][] stories)
    {
        var concerned = stories.Any(story =>
            !story.Intersect(topics).Any() || story.Intersect(key.Split(VariantKey.Separator)).Any());
        return frozen.Contains(key) ? key : key == "" || concerned ? "" : null;
    }

    private static Task<List<string?>> QueueAsync(
        LedgerWorld world, string[] topics, string[] variants, string[][] stories, params string[][] readers) =>
        QueueAsync(world, topics, variants, stories, SubscriberState.Confirmed, readers);

    /// <returns>The variant of each reader's delivery, in their order; none where there is no delivery.</returns>
    private static async Task<List<string?>> QueueAsync(
        LedgerWorld world, string[] topics, string[] variants, string[][] stories, SubscriberState state, string[][] readers)
    {
        var newsletter = await world.Database.NewsletterAsync($"topics-{Interlocked.Increment(ref newsletters)}");
        newsletter.Vocabulary = newsletter.Vocabulary with { Topics = [.. topics.Select(key => new Term(key, key))] };
        var issue = await world.Database.IssueAsync(newsletter.Id, LedgerWorld.Week, LedgerWorld.Monday);
        await FreezeAsync(world, issue, variants);
        await PlaceAsync(world, issue, stories);
        await ChooseAsync(world, newsletter, state, readers);

        await using (var connection = await world.Database.DataSource.OpenConnectionAsync(Stop))
        await using (var transaction = await connection.BeginTransactionAsync(Stop))
        {
            await world.Get<QueueRows>().WriteAsync(transaction, issue.Id, newsletter, Waves.AtOnce(LedgerWorld.Monday), LedgerWorld.Monday, Stop);
            await transaction.CommitAsync(Stop);
        }

        await using var context = world.Database.NewContext();
        var deliveries = await context.Deliveries.Where(d => d.IssueId == issue.Id).ToDictionaryAsync(d => d.SubscriberId, d => d.Variant, Stop);
        var candidates = await context.Subscribers.Where(s => s.NewsletterId == newsletter.Id).OrderBy(s => s.Id).Select(s => s.Id).ToListAsync(Stop);
        var excluded = await context.Exclusions.CountAsync(e => e.IssueId == issue.Id, Stop);
        (deliveries.Count + excluded).ShouldBe(candidates.Count);
        return [.. candidates.Select(id => deliveries.GetValueOrDefault(id))];
    }

    private static async Task FreezeAsync(LedgerWorld world, Issue issue, string[] variants)
    {
        await using var context = world.Database.NewContext();
        var whole = await context.IssueContents.AsNoTracking().SingleAsync(content => content.IssueId == issue.Id, Stop);
        context.AddRange(variants.Select(variant => new IssueContent
        {
            IssueId = issue.Id,
            Variant = variant,
            Subject = whole.Subject,
            Preheader = whole.Preheader,
            Html = whole.Html,
            Text = whole.Text,
            Sha256 = ContentHash.Of(RenderedMail.Of(whole)),
            FrozenAt = whole.FrozenAt,
        }));
        await context.SaveChangesAsync(Stop);
    }

    private static async Task PlaceAsync(LedgerWorld world, Issue issue, string[][] stories)
    {
        await using var context = world.Database.NewContext();
        foreach (var (position, topics) in stories.Index())
        {
            var story = Seed.NewStory($"story-{position}", LedgerWorld.Monday.AddDays(-2));
            (story.NewsletterId, story.Topics) = (issue.NewsletterId, [.. topics]);
            context.Add(new IssueStory { IssueId = issue.Id, Story = story, Position = position });
        }

        await context.SaveChangesAsync(Stop);
    }

    private static async Task ChooseAsync(LedgerWorld world, Newsletter newsletter, SubscriberState state, string[][] readers)
    {
        var subscribers = await world.Database.SubscribersAsync(newsletter.Id, readers.Length, state);
        await using var context = world.Database.NewContext();
        foreach (var (subscriber, topics) in subscribers.Zip(readers))
        {
            context.Attach(subscriber);
            subscriber.Topics = [.. topics];
        }

        await context.SaveChangesAsync(Stop);
    }
}
