using System.Net;
using Digest.Stories.Feeds;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;
using static Digest.Tests.Stories.Feeds.FeedWorld;

namespace Digest.Tests.Stories.Feeds;

/// <summary>A feed that fails is failed: said, told of, asked again.</summary>
public sealed class FailingFeedTests : IAsyncLifetime
{
    private FeedWorld world = null!;

    public async ValueTask InitializeAsync() => world = await FeedWorld.StartAsync(("Digest:Feeds:LargestMegabytes", "1"), ("Digest:Feeds:TimeoutSeconds", "5"));

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task It_is_asked_ever_more_seldom_told_of_after_three_and_cleared_when_it_works()
    {
        await world.FeedsAsync(world.Feed("/own") with { PollMinutes = 60 });
        world.Server.Fails("/own", HttpStatusCode.InternalServerError);

        var waits = new List<double>();
        for (var failures = 1; failures <= 6; failures++)
        {
            (await world.PollAsync()).ShouldHaveSingleItem().Problem.ShouldNotBeNull();
            var feed = await world.FeedAsync("/own");
            (feed.Failures, feed.FailingSince, feed.SucceededAt).ShouldBe((failures, Start, null));
            (await world.OpenAlertAsync() is not null).ShouldBe(failures >= 3);
            waits.Add((feed.NextPollAt - world.Time.GetUtcNow()).TotalHours);
            world.Time.SetUtcNow(feed.NextPollAt);
        }

        waits.ShouldBe([1, 2, 4, 6, 6, 6]);
        (await world.OpenAlertAsync()).ShouldBe("The signal weekly: nothing comes in from The Paper. What these feeds would have brought is missing, whether or not the week is full.");
        (await world.FeedAsync("/own")).Problem.ShouldBe("is away for the moment (500); it is asked again, there is nothing to do yet.");

        world.Server.Serves("/own", Rss(Item("1", "One", date: null)));
        await world.PollAsync();

        var mended = await world.FeedAsync("/own");
        (mended.Failures, mended.FailingSince, mended.Problem, mended.SucceededAt).ShouldBe((0, null, null, world.Time.GetUtcNow()));
        (await world.OpenAlertAsync()).ShouldBeNull();
        (await world.StoriesAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task One_that_is_gone_is_told_of_at_once_and_the_alert_leaves_with_it()
    {
        await world.FeedsAsync(world.Feed("/own"), world.Feed("/good", outlet: "Gazette"));
        world.Server.Fails("/own", HttpStatusCode.Gone);
        world.Server.Serves("/good", Rss(Item("1", "One")));

        (await world.PollAsync()).Count(poll => poll.Problem is null).ShouldBe(1);

        (await world.OpenAlertAsync()).ShouldNotBeNull().ShouldContain("from The Paper.");
        (await world.StoriesAsync()).ShouldHaveSingleItem();

        await world.FeedsAsync(world.Feed("/good", outlet: "Gazette"));
        await world.PollAsync();
        (await world.OpenAlertAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Another_set_of_failing_feeds_is_another_alert()
    {
        await world.FeedsAsync(world.Feed("/a", outlet: "A"), world.Feed("/b", outlet: "B"));
        world.Server.Fails("/a", HttpStatusCode.Gone);
        world.Server.Serves("/b", Rss());
        await world.PollAsync();
        world.Server.Fails("/b", HttpStatusCode.Gone);
        await world.PollLaterAsync();

        (await world.OpenAlertAsync()).ShouldNotBeNull().ShouldContain("from A, B.");
        (await world.Database.ScalarAsync<long>("select count(*) from digest.alerts")).ShouldBe(2);
    }

    [Fact]
    public async Task A_server_that_asks_to_be_left_alone_is()
    {
        await world.FeedsAsync(world.Feed("/own") with { PollMinutes = 30 });
        world.Server.Answers("/own", context =>
        {
            (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (429, "7200");
            return Task.CompletedTask;
        });

        await world.PollAsync();

        (await world.FeedAsync("/own")).NextPollAt.ShouldBe(Start.AddHours(2));
    }

    [Fact]
    public async Task A_move_for_good_is_followed_and_told_of_and_one_for_now_is_only_followed()
    {
        await world.FeedsAsync(world.Feed("/moved"), world.Feed("/away", outlet: "Gazette"));
        world.Server.Redirects("/moved", "/new", HttpStatusCode.MovedPermanently);
        world.Server.Redirects("/away", "/new", HttpStatusCode.Found);
        world.Server.Serves("/new", Rss(Item("1", "One")));

        await world.PollAsync();

        (await world.FeedAsync("/moved")).Problem.ShouldBe($"has moved for good to {world.Server.UrlOf("/new")}; write that address in the newsletter's settings.");
        (await world.FeedAsync("/moved")).FailingSince.ShouldBeNull();
        (await world.FeedAsync("/away")).Problem.ShouldBeNull();
        (await world.StoriesAsync()).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("file:///etc/passwd", "no http or https address")]
    [InlineData("gopher://example.org/", "no http or https address")]
    [InlineData("/own", "redirects more than 5 times")]
    public async Task A_redirect_leads_only_to_the_web_and_to_an_end(string location, string says)
    {
        await world.FeedsAsync(world.Feed("/own"));
        world.Server.Redirects("/own", location, HttpStatusCode.Found);

        (await world.PollAsync()).ShouldHaveSingleItem().Problem.ShouldNotBeNull().ShouldContain(says);
    }

    [Fact]
    public async Task A_small_answer_that_unfolds_to_a_large_one_is_cut_off()
    {
        await world.FeedsAsync(world.Feed("/own"));
        world.Server.Answers("/own", async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new System.IO.Compression.GZipStream(context.Response.Body, System.IO.Compression.CompressionLevel.Fastest);
            await gzip.WriteAsync(new byte[2 * 1024 * 1024], context.RequestAborted);
        });

        (await world.PollAsync()).ShouldHaveSingleItem().Problem.ShouldNotBeNull().ShouldContain("larger than 1 MB");
    }

    [Fact]
    public async Task A_server_that_never_ends_its_answer_is_left()
    {
        await world.FeedsAsync(world.Feed("/own"));
        var asked = new TaskCompletionSource();
        world.Server.Answers("/own", async context =>
        {
            await context.Response.WriteAsync("<rss>");
            await context.Response.Body.FlushAsync();
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });

        var poll = world.PollAsync();
        await asked.Task;
        world.Time.Advance(TimeSpan.FromSeconds(5));

        (await poll).ShouldHaveSingleItem().Problem.ShouldBe("did not answer in full within 5 seconds; it is asked again.");
    }

    [Fact]
    public async Task One_that_cannot_be_taken_in_in_time_is_left_told_of_and_asked_again()
    {
        await world.FeedsAsync(world.Feed("/own") with { PollMinutes = 60 }, world.Feed("/gone", outlet: "Gazette"));
        world.Server.Serves("/own", Rss(Item("1", "One")), etag: "\"v1\"");
        world.Server.Fails("/gone", HttpStatusCode.Gone);
        await using var context = world.Database.NewContext();
        await using var held = await context.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await context.Newsletters.FromSql($"select * from digest.newsletters where id = {world.Newsletter.Id} for no key update").ToListAsync(TestContext.Current.CancellationToken);

        var poll = world.PollAsync();
        while (await world.Database.ScalarAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") == 0
            || await world.Database.ScalarAsync<long>("select count(*) from digest.feeds where failures > 0") == 0)
        {
            poll.IsCompleted.ShouldBeFalse();
        }

        world.Time.Advance(TimeSpan.FromSeconds(125));

        (await poll).Single(p => p.Url == world.Server.UrlOf("/own")).Problem.ShouldNotBeNull().ShouldStartWith("was not taken in within 125 seconds");
        var feed = await world.FeedAsync("/own");
        (feed.Failures, feed.ETag, feed.NextPollAt).ShouldBe((1, null, world.Time.GetUtcNow().AddHours(1)));
        (await world.OpenAlertAsync()).ShouldNotBeNull().ShouldContain("from Gazette.");
        await held.RollbackAsync(TestContext.Current.CancellationToken);
        (await world.PollLaterAsync()).Count(p => p.Problem is null).ShouldBe(1);
        (await world.StoriesAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_body_that_breaks_off_or_is_no_feed_is_a_failure_and_not_an_empty_week()
    {
        await world.FeedsAsync(world.Feed("/cut"), world.Feed("/page", outlet: "Gazette"));
        world.Server.Answers("/cut", async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("<rss>");
            context.Abort();
        });
        world.Server.Serves("/page", "<html><body>Maintenance</body></html>", "text/html");

        (await world.PollAsync()).ShouldAllBe(poll => poll.Problem != null);

        (await world.FeedAsync("/cut")).FailingSince.ShouldBe(Start);
        (await world.FeedAsync("/page")).Problem.ShouldBe("is a web page and no feed; write the address of the feed itself.");
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_and_a_port_that_nobody_serves_are_said()
    {
        await world.FeedsAsync(new("http://no-such-host.invalid/feed", "Nobody"), new("http://127.0.0.1:1/feed", "Closed"));

        var problems = (await world.PollAsync()).Select(poll => poll.Problem!).ToList();

        problems.ShouldContain(problem => problem.Contains("does not resolve", StringComparison.Ordinal));
        problems.ShouldContain(problem => problem.Contains("cannot be reached", StringComparison.Ordinal));
    }
}
