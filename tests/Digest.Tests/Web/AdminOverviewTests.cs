using Digest.Issues;
using Digest.Operators;
using Digest.Subscribers;
using Digest.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Digest.Tests.Web;

/// <summary>Monday at 07:00: what is happening, is anything lost or doubled, what is there to do.</summary>
public sealed class AdminOverviewTests : IAsyncLifetime
{
    private readonly AdminHost host = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task An_installation_without_a_newsletter_says_how_to_begin()
    {
        var browser = await host.SignedInAsync();

        (await browser.OpenAsync("/admin")).Text.ShouldContain("digest newsletter apply");
    }

    [Fact]
    public async Task A_newsletter_without_an_issue_shows_its_next_runs_local_and_utc()
    {
        await host.Database.NewsletterAsync();
        var browser = await host.SignedInAsync();

        await browser.OpenAsync("/admin");

        browser.Text.ShouldContain("No issue yet");
        var runs = browser.Page.QuerySelectorAll(".runs tbody tr").Select(row => row.TextContent).ToList();
        var send = runs.Single(run => run.Contains("Mon 30 Nov, 07:00 (+01:00)", StringComparison.Ordinal));
        send.ShouldContain("Mon 30 Nov, 06:00");
        runs.Single(run => run.Contains("Sun 29 Nov, 16:00 (+01:00)", StringComparison.Ordinal)).ShouldContain("Sun 29 Nov, 15:00");
        browser.Text.ShouldContain("No worker is running");
    }

    [Fact]
    public async Task The_latest_issue_is_the_one_on_the_page_and_the_others_are_a_list()
    {
        var newsletter = await host.Database.NewsletterAsync();
        var week = new Week(new DateOnly(2026, 11, 23));
        await host.Database.IssueAsync(newsletter.Id, week.Previous, AdminHost.Now.AddDays(-7), IssueState.Sent);
        await host.Database.IssueAsync(newsletter.Id, week, AdminHost.Now, IssueState.Approved);
        var browser = await host.SignedInAsync();

        await browser.OpenAsync("/admin");

        browser.Page.QuerySelector("#issue-title")!.TextContent.ShouldBe("Issue of 2026-11-23");
        browser.Text.ShouldContain("Its hash is fixed");
        browser.Page.QuerySelectorAll(".recent tbody th a").Select(link => link.TextContent).ShouldBe(["23 Nov 2026", "16 Nov 2026"]);
    }

    [Fact]
    public async Task Instants_are_local_to_the_newsletter_with_utc_at_hand()
    {
        var newsletter = await host.Database.NewsletterAsync(zone: "America/New_York");
        await host.Database.IssueAsync(newsletter.Id, new Week(new DateOnly(2026, 11, 23)), AdminHost.Now);
        var browser = await host.SignedInAsync();

        await browser.OpenAsync("/admin");

        var due = browser.Page.QuerySelectorAll(".instants div").Single(fact => fact.QuerySelector("dt")!.TextContent == "Due");
        due.QuerySelector("time")!.TextContent.ShouldBe("Mon 23 Nov 2026, 01:00");
        due.QuerySelector("time")!.GetAttribute("title").ShouldBe("Mon 23 Nov 2026, 06:00:00 UTC");
    }

    [Fact]
    public async Task Every_open_alert_stands_on_top_with_its_next_step_until_it_is_cleared()
    {
        await host.Database.NewsletterAsync();
        var book = host.Services.GetRequiredService<AlertBook>();
        await book.RaiseAsync("relay-unreachable", null, null, "The relay <does> not answer.", "Look at its log.", Token);
        await book.RaiseAsync("week-empty", null, null, "The week has no story.", "Import stories.", Token);
        var browser = await host.SignedInAsync();
        await browser.OpenAsync("/admin");
        browser.Text.ShouldContain("The relay <does> not answer.");
        browser.Text.ShouldContain("Look at its log.");

        await browser.SubmitAsync(".alert form");

        browser.Text.ShouldContain("The alert is cleared.");
        browser.Page.QuerySelectorAll(".alert").Length.ShouldBe(1);
        (await book.OpenAsync(Token)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_issue_that_somebody_paused_stands_on_top_for_as_long_as_readers_wait()
    {
        var newsletter = await host.Database.NewsletterAsync();
        var week = new Week(new DateOnly(2026, 11, 23));
        var paused = await host.Database.IssueAsync(newsletter.Id, week.Previous, AdminHost.Now.AddDays(-7), IssueState.Paused);
        await host.Database.IssueAsync(newsletter.Id, week, AdminHost.Now, IssueState.Sent);
        var readers = await host.Database.SubscribersAsync(newsletter.Id, 3);
        await host.Database.LedgerAsync(paused.Id);
        await host.Database.ExecuteAsync(
            """
            insert into digest.deliveries (issue_id, subscriber_id, variant, state, attempts, due_at, expires_at)
            select $1, id, '', case when id = $2 then 'accepted' else 'queued' end, 0, now(), now() from digest.subscribers
            """, paused.Id, readers[0].Id);
        var browser = await host.SignedInAsync();

        await browser.OpenAsync("/admin");

        var alert = browser.Page.QuerySelectorAll(".alert").ShouldHaveSingleItem();
        alert.QuerySelector("h2")!.TextContent.ShouldBe("The signal weekly, issue of 16 Nov 2026, is paused, and 2 readers wait.");
        alert.QuerySelector("a")!.GetAttribute("href").ShouldBe($"/admin/issues/{paused.Id}");
        browser.Text.ShouldNotContain("No open alert");

        // What an alert tells of already is told once.
        await host.Services.GetRequiredService<AlertBook>().RaiseAsync("issue-paused", newsletter.Id, paused.Id, "Paused.", "Run `digest resume`.", Token);
        await browser.OpenAsync("/admin");
        browser.Page.QuerySelectorAll(".alert").ShouldHaveSingleItem().QuerySelector(".next code")!.TextContent.ShouldBe("digest resume");
    }

    [Fact]
    public async Task Subscribers_are_counted_by_state()
    {
        var newsletter = await host.Database.NewsletterAsync();
        await host.Database.SubscribersAsync(newsletter.Id, 5);
        await host.Database.SubscribersAsync(newsletter.Id, 3, SubscriberState.Pending);
        await host.Database.SubscribersAsync(newsletter.Id, 2, SubscriberState.Unsubscribed);
        await host.Database.ExecuteAsync(
            "update digest.subscribers set paused_until = $1 where address = 'reader-1@example.com'", AdminHost.Now.AddDays(7));
        var browser = await host.SignedInAsync();

        await browser.OpenAsync("/admin");

        browser.Page.QuerySelectorAll(".figures div")
            .Select(figure => $"{figure.QuerySelector("dd")!.TextContent} {figure.QuerySelector("dt")!.TextContent}")
            .ShouldBe(["5 confirmed", "1 of those, paused", "3 not confirmed", "2 unsubscribed", "0 suppressed addresses"]);
    }

    [Fact]
    public async Task A_worker_is_alive_while_its_heartbeat_is_fresh()
    {
        await host.Database.NewsletterAsync();
        foreach (var (name, age) in ((string, int)[])[("alive", 5), ("gone", 600)])
        {
            await host.Database.ExecuteAsync(
                "insert into digest.sending_workers (id, host, started_at, heartbeat_at) values ($1, $2, $3, $4)",
                Guid.NewGuid(), name, AdminHost.Now.AddHours(-1), AdminHost.Now.AddSeconds(-age));
        }

        var browser = await host.SignedInAsync();

        await browser.OpenAsync("/admin");

        browser.Page.QuerySelectorAll(".facts li").ShouldHaveSingleItem().TextContent.ShouldContain("alive");
        browser.Text.ShouldContain("1 stopped without a goodbye");
    }

    [Fact]
    public async Task Each_newsletter_has_its_page()
    {
        await host.Database.NewsletterAsync("evening");
        await host.Database.NewsletterAsync("morning");
        var browser = await host.SignedInAsync();

        (await browser.OpenAsync("/admin/morning")).Page.QuerySelector("h1")!.TextContent.ShouldBe("The morning weekly");

        browser.Page.QuerySelector("nav a[aria-current=page]")!.TextContent.ShouldBe("The morning weekly");
        browser.Page.QuerySelector("nav a[href='/admin/evening']").ShouldNotBeNull();
    }
}
