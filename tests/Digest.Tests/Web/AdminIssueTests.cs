using System.Globalization;
using System.Net;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Smtp;
using Digest.Subscribers;
using Digest.TestKit;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Digest.Tests.Web;

public sealed class AdminIssueTests(AdminHost host) : IClassFixture<AdminHost>
{
    private static readonly Week Week = new(new DateOnly(2026, 11, 23));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Approving_binds_the_issue_to_the_content_that_was_shown()
    {
        var (_, issue, _) = await IssueAsync(IssueState.Assembled, readers: 0);
        var browser = await host.SignedInAsync();

        await browser.OpenAsync($"/admin/issues/{issue.Id}");
        await browser.SubmitAsync("form[action$='handler=Approve']");

        browser.Text.ShouldContain("Done. The content");
        var row = await ReadAsync(issue.Id);
        row.State.ShouldBe(IssueState.Approved);
        row.ApprovedBy.ShouldBe(AdminHost.Email);
        row.ApprovedHash.ShouldBe(issue.Contents[0].Sha256);
    }

    [Theory]
    [InlineData(IssueState.Assembled, "it does not go out by itself any more. To send it now approve it and run digest queue")]
    [InlineData(IssueState.Approved, "it does not go out by itself any more. digest queue sends it now")]
    public async Task Of_an_issue_whose_hour_is_long_past_nothing_is_said_to_come(IssueState state, string said)
    {
        var (_, issue, _) = await IssueAsync(state, readers: 0);
        await host.Database.ExecuteAsync("update digest.issues set due_at = $2 where id = $1", issue.Id, AdminHost.Now.AddDays(-13));
        var browser = await host.SignedInAsync();

        await browser.OpenAsync($"/admin/issues/{issue.Id}");

        browser.Text.ShouldContain(said);
        browser.Text.ShouldNotContain("it goes out anyway");
        browser.Text.ShouldNotContain("before it is due");
        browser.Page.QuerySelector(".state-line code")!.TextContent.ShouldBe("digest queue");
    }

    [Theory]
    [InlineData(14, false)]
    [InlineData(16, true)]
    public async Task Without_lateness_it_is_past_when_the_schedule_gives_it_up_and_not_at_the_hour_itself(int minutes, bool past)
    {
        var (newsletter, issue, _) = await IssueAsync(IssueState.Approved, readers: 0);
        await host.Database.ExecuteAsync("update digest.newsletters set schedule = jsonb_set(schedule, '{latenessHours}', '0') where id = $1", newsletter.Id);
        await host.Database.ExecuteAsync("update digest.issues set due_at = $2 where id = $1", issue.Id, AdminHost.Now.AddMinutes(-minutes));
        var browser = await host.SignedInAsync();

        await browser.OpenAsync($"/admin/issues/{issue.Id}");

        browser.Text.Contains("does not go out by itself any more", StringComparison.Ordinal).ShouldBe(past);
    }

    [Fact]
    public async Task Content_that_changed_while_it_was_being_read_is_not_approved()
    {
        var (_, issue, _) = await IssueAsync(IssueState.Assembled, readers: 0);
        var browser = await host.SignedInAsync();
        await browser.OpenAsync($"/admin/issues/{issue.Id}");
        await host.Database.ExecuteAsync("update digest.issue_contents set sha256 = $2 where issue_id = $1", issue.Id, new byte[32]);

        await browser.SubmitAsync("form[action$='handler=Approve']");

        browser.Text.ShouldContain("Not done.");
        (await ReadAsync(issue.Id)).ApprovedHash.ShouldBeNull();
    }

    [Fact]
    public async Task Preflight_is_shown_errors_first_with_what_to_do_and_an_operator_may_approve_with_them_in_sight()
    {
        var (_, issue, _) = await IssueAsync(IssueState.Assembled, readers: 0);
        await SetAsync(issue.Id, i => i.Preflight =
        [
            new("leaving", PreflightSeverity.Error, "The text part does not say <where>.", "Write it."),
            new("contrast", PreflightSeverity.Warning, "Pale words.", "Darken them.", "policy"),
        ]);
        var browser = await host.SignedInAsync();

        await browser.OpenAsync($"/admin/issues/{issue.Id}");

        browser.Page.QuerySelectorAll(".findings li").Select(finding => Squeeze(finding.TextContent)).ShouldBe(
            [
                "✕ Error: The text part does not say <where>. Write it. leaving",
                "! Warning: Pale words. Darken them. contrast · variant policy",
            ]);
        Squeeze(browser.Text).ShouldContain("✕ 1 error ! 1 warning");
        browser.Text.ShouldContain("the newsletter’s policy is “send”, but not with a preflight error");
        browser.Page.QuerySelector("form[action$='handler=Approve'] button")!.TextContent.ShouldBe("Approve it with 1 error");
        await browser.SubmitAsync("form[action$='handler=Approve']");
        (await ReadAsync(issue.Id)).State.ShouldBe(IssueState.Approved);
    }

    [Fact]
    public async Task Without_a_finding_and_a_rehearsal_the_page_says_so()
    {
        var (_, issue, _) = await IssueAsync(IssueState.Assembled, readers: 0);
        var browser = await host.SignedInAsync();

        await browser.OpenAsync($"/admin/issues/{issue.Id}");

        browser.Text.ShouldContain("nothing found");
        browser.Text.ShouldContain("Not rehearsed yet.");
        browser.Page.QuerySelector("form[action$='handler=Approve'] button")!.TextContent.ShouldBe("Approve this content");
    }

    [Fact]
    public async Task The_last_rehearsal_is_shown_with_its_failures_and_whether_it_is_of_this_content()
    {
        var (_, issue, _) = await IssueAsync(IssueState.Assembled, readers: 0);
        await RehearsalAsync(issue, issue.Contents[0].Sha256, failed: 0, at: AdminHost.Now.AddHours(-2));
        var browser = await host.SignedInAsync();

        await browser.OpenAsync($"/admin/issues/{issue.Id}");
        Squeeze(browser.Text).ShouldContain("✓ 1,000 written");
        browser.Page.QuerySelectorAll(".check-panel .figures div").Select(figure => string.Join(' ', figure.Children.Select(part => part.TextContent.Trim()))).ShouldBe(
            ["would get it 1,000", "excluded 100", "the issue before 990", "largest message 70 KB", "95 % at most 70 KB", "everybody tried Mon 07:20"]);
        browser.Text.ShouldNotContain("of other content");

        await RehearsalAsync(issue, new byte[32], failed: 2, at: AdminHost.Now.AddHours(-1));
        await browser.OpenAsync($"/admin/issues/{issue.Id}");
        Squeeze(browser.Text).ShouldContain("✕ 2 of 1,002 failed ! of other content");
        Squeeze(browser.Text).ShouldContain("2 readers: The part before the @");
    }

    [Theory]
    [InlineData("")]
    [InlineData("zz")]
    [InlineData("00")]
    public async Task An_approval_that_names_no_hash_is_no_approval(string hash)
    {
        var (_, issue, _) = await IssueAsync(IssueState.Assembled, readers: 0);
        var browser = await host.SignedInAsync();
        await browser.OpenAsync($"/admin/issues/{issue.Id}");

        await browser.SubmitAsync("form[action$='handler=Approve']", ("hash", hash));

        browser.Status.ShouldBe(HttpStatusCode.BadRequest);
        (await ReadAsync(issue.Id)).State.ShouldBe(IssueState.Assembled);
    }

    [Fact]
    public async Task Nothing_is_done_without_the_forms_token()
    {
        var (_, issue, _) = await IssueAsync(IssueState.Sending, readers: 2);
        var browser = await host.SignedInAsync();

        foreach (var handler in (string[])["Approve", "Pause", "Resume", "Cancel", "Slow", "Settle", "Search"])
        {
            await browser.PostAsync($"/admin/issues/{issue.Id}?handler={handler}", [new("sure", "true")]);
            browser.Status.ShouldBe(HttpStatusCode.BadRequest, handler);
        }

        (await ReadAsync(issue.Id)).State.ShouldBe(IssueState.Sending);
    }

    [Fact]
    public async Task Pause_and_resume_say_what_they_did_and_go_back_to_the_page_they_were_on()
    {
        var (newsletter, issue, _) = await IssueAsync(IssueState.Sending, readers: 1);
        var browser = await host.SignedInAsync();
        await browser.OpenAsync($"/admin/{newsletter.Slug}");

        await browser.SubmitAsync("form[action$='handler=Pause']");
        browser.Path.ShouldBe($"/admin/{newsletter.Slug}");
        browser.Text.ShouldContain("is paused: ");
        (await ReadAsync(issue.Id)).State.ShouldBe(IssueState.Paused);

        await browser.SubmitAsync("form[action$='handler=Resume']");
        browser.Text.ShouldContain(" goes on. ");
        (await ReadAsync(issue.Id)).State.ShouldBe(IssueState.Sending);
    }

    [Fact]
    public async Task The_pace_is_set_and_lifted_on_the_page()
    {
        var (_, issue, _) = await IssueAsync(IssueState.Sending, readers: 1);
        var browser = await host.SignedInAsync();
        await browser.OpenAsync($"/admin/issues/{issue.Id}");

        await browser.SubmitAsync("form[action$='handler=Slow']", ("perMinute", "600"));
        browser.Text.ShouldContain("goes out at 600 messages a minute at most");
        browser.Text.ShouldContain("At most 600 a minute…");
        (await ReadAsync(issue.Id)).PerMinute.ShouldBe(600);

        await browser.SubmitAsync("form[action$='handler=Slow']", ("perMinute", "quickly"));
        browser.Text.ShouldContain("Not done. Write the messages a minute as a whole number");

        await browser.SubmitAsync("form[action$='handler=Slow']", ("perMinute", ""));
        browser.Text.ShouldContain("goes out as fast as the relays allow");
        (await ReadAsync(issue.Id)).PerMinute.ShouldBeNull();
    }

    [Fact]
    public async Task Cancelling_asks_first_and_counts_what_it_cancelled()
    {
        var (_, issue, _) = await IssueAsync(IssueState.Sending, readers: 3);
        var browser = await host.SignedInAsync();
        await browser.OpenAsync($"/admin/issues/{issue.Id}");

        await browser.SubmitAsync("form[action$='handler=Cancel']");
        browser.Text.ShouldContain("Tick the box");
        (await ReadAsync(issue.Id)).State.ShouldBe(IssueState.Sending);

        await browser.SubmitAsync("form[action$='handler=Cancel']", ("sure", "true"));
        browser.Text.ShouldContain("3 deliveries were cancelled");
        (await ReadAsync(issue.Id)).State.ShouldBe(IssueState.Cancelled);
    }

    [Fact]
    public async Task An_issue_on_its_way_says_what_it_waits_for()
    {
        var (_, issue, _) = await IssueAsync(IssueState.Sending, readers: 2);
        var browser = await host.SignedInAsync();

        await browser.OpenAsync($"/admin/issues/{issue.Id}/progress");

        browser.Text.ShouldContain("Everybody is tried at the earliest by");
        browser.Text.ShouldContain("No worker is running.");
    }

    [Fact]
    public async Task Of_dropped_rows_the_totals_stand_and_the_day_is_said()
    {
        var (_, issue, _) = await IssueAsync(IssueState.Sent, readers: 2);
        await host.Database.ExecuteAsync("delete from digest.deliveries where issue_id = $1", issue.Id);
        await host.Database.ExecuteAsync("insert into digest.ledger_totals (issue_id, state, count) values ($1, 'accepted', 4711)", issue.Id);
        await host.Database.ExecuteAsync("update digest.issues set ledger_dropped_at = $2 where id = $1", issue.Id, AdminHost.Now);
        var browser = await host.SignedInAsync();

        await browser.OpenAsync($"/admin/issues/{issue.Id}");

        browser.Text.ShouldContain("4,711 of 4,711 accepted");
        browser.Text.ShouldContain("The rows were dropped on 23 Nov 2026");
    }

    [Fact]
    public async Task The_queue_is_searched_by_part_of_an_address_and_by_state()
    {
        var (_, issue, readers) = await IssueAsync(IssueState.Sending, readers: 12);
        await SetAsync(issue.Id, readers[10].Id, "rejected");
        var browser = await host.SignedInAsync();
        await browser.OpenAsync($"/admin/issues/{issue.Id}");

        await browser.SubmitAsync("form.search", ("address", "READER-1"));
        Addresses(browser).ShouldBe(["reader-1@example.com", "reader-10@example.com", "reader-11@example.com", "reader-12@example.com"], ignoreOrder: true);

        await browser.SubmitAsync("form.search", ("address", "reader-1"), ("state", "rejected"));
        Addresses(browser).ShouldBe(["reader-11@example.com"]);

        await browser.OpenAsync($"/admin/issues/{issue.Id}?state=rejected");
        Addresses(browser).ShouldBe(["reader-11@example.com"]);
    }

    [Fact]
    public async Task No_address_that_was_searched_for_stands_in_a_link_or_in_the_log()
    {
        var (_, issue, _) = await IssueAsync(IssueState.Sending, readers: 2);
        var browser = await host.SignedInAsync();
        await browser.OpenAsync($"/admin/issues/{issue.Id}");

        await browser.SubmitAsync("form.search", ("address", "reader-1@example.com"));

        Addresses(browser).Count().ShouldBe(1);
        browser.Response.RequestMessage!.RequestUri!.Query.ShouldNotContain("reader");
        browser.Page.QuerySelectorAll("[href], [action]").ShouldNotContain(link => link.OuterHtml.Contains("?address", StringComparison.Ordinal));
        host.Log.All.ShouldNotContain(line => line.Contains("reader-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_long_queue_is_turned_page_by_page_and_keeps_its_filter()
    {
        var (_, issue, _) = await IssueAsync(IssueState.Sending, readers: 60);
        var browser = await host.SignedInAsync();
        await browser.OpenAsync($"/admin/issues/{issue.Id}");
        Addresses(browser).Count().ShouldBe(25);

        var seen = Addresses(browser).ToHashSet();
        await browser.SubmitAsync("form.search", ("address", "reader"), ("p", "2"));
        seen.UnionWith(Addresses(browser));
        await browser.SubmitAsync("form.search", ("p", "3"));
        seen.UnionWith(Addresses(browser));

        seen.Count.ShouldBe(60);
        browser.Text.ShouldContain("Page 3 of 3");
    }

    [Fact]
    public async Task A_hostile_reply_and_a_hostile_address_are_shown_and_not_run()
    {
        const string Hostile = """<script>alert(1)</script>"><img src=x onerror=alert(2)> &amp; done""";
        var (_, issue, readers) = await IssueAsync(IssueState.Sending, readers: 1);
        await host.Database.ExecuteAsync(
            "update digest.deliveries set state = 'rejected', stage = 'recipient', reply_code = 550, enhanced_code = '5.1.1', reply = $2, settled_at = now() where issue_id = $1",
            issue.Id, Hostile);
        await host.Database.ExecuteAsync("""update digest.subscribers set address = '"<b>x</b>"@example.com' where id = $1""", readers[0].Id);
        var browser = await host.SignedInAsync();

        await browser.OpenAsync($"/admin/issues/{issue.Id}");

        browser.Page.QuerySelector(".reply-text").ShouldNotBeNull().TextContent.ShouldBe(Hostile);
        browser.Page.QuerySelectorAll("script:not([src]), img, b b, .address b").ShouldBeEmpty();
        browser.Text.ShouldContain("\"<b>x</b>\"@example.com");
        browser.Text.ShouldContain("at RCPT");
    }

    [Theory]
    [InlineData(false, DeliveryState.Accepted)]
    [InlineData(true, DeliveryState.Queued)]
    public async Task Settling_a_doubt_changes_that_delivery_and_no_other(bool sendAgain, DeliveryState expected)
    {
        var (_, issue, readers) = await IssueAsync(IssueState.Sending, readers: 3);
        await SetAsync(issue.Id, readers[0].Id, "in_doubt");
        await SetAsync(issue.Id, readers[1].Id, "in_doubt");
        var browser = await host.SignedInAsync();
        await browser.OpenAsync($"/admin/issues/{issue.Id}?state=in_doubt");

        await browser.SubmitAsync(
            $"form.settle:has(input[value='{readers[0].Id}'])", ("sendAgain", sendAgain ? "true" : "false"));

        browser.Text.ShouldContain("Done. One delivery");
        browser.Response.RequestMessage!.RequestUri!.Query.ShouldContain("state=in_doubt", Case.Sensitive, "the operator goes on where they were");
        (await host.Database.StateAsync(issue.Id, readers[0].Id)).ShouldBe(expected);
        (await host.Database.StateAsync(issue.Id, readers[1].Id)).ShouldBe(DeliveryState.InDoubt);
        (await host.Database.StateAsync(issue.Id, readers[2].Id)).ShouldBe(DeliveryState.Queued);
    }

    [Fact]
    public async Task A_doubt_that_somebody_else_settled_is_refused()
    {
        var (_, issue, readers) = await IssueAsync(IssueState.Sending, readers: 1);
        await SetAsync(issue.Id, readers[0].Id, "in_doubt");
        var browser = await host.SignedInAsync();
        await browser.OpenAsync($"/admin/issues/{issue.Id}");
        await SetAsync(issue.Id, readers[0].Id, "accepted");

        await browser.SubmitAsync("form.settle", ("sendAgain", "true"));

        browser.Text.ShouldContain("Not done.");
        (await host.Database.StateAsync(issue.Id, readers[0].Id)).ShouldBe(DeliveryState.Accepted);
    }

    [Fact]
    public async Task What_a_reader_of_some_topics_would_get_can_be_looked_at_before_it_is_approved()
    {
        var (newsletter, issue, _) = await IssueAsync(IssueState.Assembled, readers: 0);
        await using (var context = host.Database.NewContext())
        {
            var stored = await context.Newsletters.SingleAsync(n => n.Id == newsletter.Id, Token);
            stored.Vocabulary = stored.Vocabulary with { Topics = [new Term("agents", "AI agents"), new Term("policy", "Law and policy"), new Term("safety", "Safety")] };
            await context.SaveChangesAsync(Token);
        }

        var browser = await host.SignedInAsync();
        await browser.OpenAsync($"/admin/issues/{issue.Id}");
        browser.Page.QuerySelector(".preview select").ShouldBeNull();
        await host.Database.ExecuteAsync(
            """
            insert into digest.issue_contents (issue_id, variant, subject, preheader, html, text, sha256, frozen_at)
            select issue_id, topics, subject, preheader, replace(html, 'brought', 'brought of ' || topics), replace(text, 'brought', 'brought of ' || topics), sha256, frozen_at
            from digest.issue_contents, unnest(array['policy', 'agents+policy']) topics where issue_id = $1
            """, issue.Id);

        await browser.OpenAsync($"/admin/issues/{issue.Id}");

        browser.Page.QuerySelectorAll(".preview option").Select(option => (option.GetAttribute("value"), option.TextContent))
            .ShouldBe([("", "everything: the whole issue"), ("agents+policy", "AI agents, Law and policy"), ("policy", "Law and policy")]);
        var form = browser.Page.QuerySelector(".preview form")!;
        form.GetAttribute("target").ShouldBe(browser.Page.QuerySelector(".preview iframe")!.GetAttribute("name"));
        await browser.OpenAsync($"{form.GetAttribute("action")}?variant=agents%2Bpolicy");
        browser.Text.ShouldContain("brought of agents+policy");
        await browser.OpenAsync($"/admin/issues/{issue.Id}/text?variant=policy");
        browser.Text.ShouldContain("brought of policy");
    }

    [Fact]
    public async Task The_preview_is_the_frozen_content_in_a_box_that_runs_nothing()
    {
        var (_, issue, _) = await IssueAsync(IssueState.Assembled, readers: 0);
        await host.Database.ExecuteAsync(
            "update digest.issue_contents set html = replace(html, '<body>', '<body><script>alert(1)</script>') where issue_id = $1", issue.Id);
        var browser = await host.SignedInAsync();

        await browser.OpenAsync($"/admin/issues/{issue.Id}/html");
        var policy = browser.Response.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
        policy.ShouldStartWith("sandbox");
        policy.ShouldContain("default-src 'none'");
        browser.Page.Body!.InnerHtml.ShouldNotContain("{{");
        browser.Page.QuerySelector("base[target=_blank]").ShouldNotBeNull();

        await browser.OpenAsync($"/admin/issues/{issue.Id}/text");
        browser.Response.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        browser.Text.ShouldContain("What the week brought.");
    }

    [Fact]
    public async Task The_progress_alone_carries_the_same_numbers_as_the_page()
    {
        var (_, issue, readers) = await IssueAsync(IssueState.Sending, readers: 4);
        await SetAsync(issue.Id, readers[0].Id, "accepted");
        await SetAsync(issue.Id, readers[1].Id, "in_doubt");
        await host.Database.SubscribersAsync(issue.NewsletterId, 2, SubscriberState.Pending);
        await host.Database.ExecuteAsync(
            """
            insert into digest.exclusions (issue_id, subscriber_id, reason)
            select $1, id, 'unconfirmed' from digest.subscribers where newsletter_id = $2 and state = 'pending'
            """, issue.Id, issue.NewsletterId);
        var browser = await host.SignedInAsync();
        const string Expected = "1 of 4 accepted, 2 open, 0 rejected, 1 in doubt.";

        (await browser.OpenAsync($"/admin/issues/{issue.Id}/progress")).Text.ShouldContain(Expected);
        browser.Page.QuerySelectorAll("html > head > link").ShouldBeEmpty("it is a fragment");
        browser.Page.QuerySelector("[data-live=true]").ShouldNotBeNull();
        (await browser.OpenAsync($"/admin/issues/{issue.Id}")).Text.ShouldContain(Expected);
        Squeeze(browser.Text).ShouldContain("4 queued + 2 excluded = 6 candidates");
        browser.Text.ShouldContain("2 not confirmed");
        var widths = browser.Page.QuerySelectorAll("svg.bar rect")
            .Select(rect => double.Parse(rect.GetAttribute("width")!, CultureInfo.InvariantCulture)).ToList();
        widths.Count.ShouldBe(3);
        widths.Sum().ShouldBe(1000, tolerance: 0.1);
    }

    [Theory]
    [InlineData("/admin/issues/999999")]
    [InlineData("/admin/issues/999999/progress")]
    [InlineData("/admin/issues/999999/html")]
    [InlineData("/admin/no-such-newsletter")]
    [InlineData("/admin/no/such/page")]
    public async Task What_does_not_exist_is_not_found(string path)
    {
        var browser = await host.SignedInAsync();

        (await browser.OpenAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Nobody_can_make_the_page_say_that_something_was_done()
    {
        var (_, issue, _) = await IssueAsync(IssueState.Sending, readers: 1);
        var browser = await host.SignedInAsync();

        await browser.OpenAsync($"/admin/issues/{issue.Id}?said=The+issue+is+cancelled");

        browser.Page.QuerySelector("[data-said]").ShouldBeNull();
    }

    private async Task<(Newsletter Newsletter, Issue Issue, IReadOnlyList<Subscriber> Readers)> IssueAsync(IssueState state, int readers)
    {
        var newsletter = await host.Database.NewsletterAsync($"n{Guid.NewGuid():N}"[..12]);
        var issue = await host.Database.IssueAsync(newsletter.Id, Week, AdminHost.Now, state);
        var subscribers = readers == 0 ? [] : await host.Database.SubscribersAsync(newsletter.Id, readers);
        await host.Database.LedgerAsync(issue.Id);
        await host.Database.ExecuteAsync(
            """
            insert into digest.deliveries (issue_id, subscriber_id, state, variant, due_at, expires_at, attempts)
            select $1, id, 'queued', '', $3, $3 + interval '48 hours', 0 from digest.subscribers where newsletter_id = $2
            """, issue.Id, newsletter.Id, AdminHost.Now);
        return (newsletter, issue, subscribers);
    }

    private Task SetAsync(long issueId, long subscriberId, string state) => host.Database.ExecuteAsync(
        "update digest.deliveries set state = $3, settled_at = $4 where issue_id = $1 and subscriber_id = $2",
        issueId, subscriberId, state, AdminHost.Now);

    private async Task SetAsync(long issueId, Action<Issue> change)
    {
        await using var context = host.Database.NewContext();
        change(await context.Issues.SingleAsync(issue => issue.Id == issueId, Token));
        await context.SaveChangesAsync(Token);
    }

    private async Task RehearsalAsync(Issue issue, byte[] hash, int failed, DateTimeOffset at)
    {
        await using var context = host.Database.NewContext();
        context.Add(new Rehearsal
        {
            IssueId = issue.Id,
            At = at,
            ContentHash = hash,
            Candidates = 1100,
            Written = 1000,
            Failed = failed,
            Failures = failed == 0 ? [] : [$"{failed} readers: The part before the @ must be plain ASCII."],
            LargestBytes = 71_000,
            Percentile95Bytes = 70_900,
            LastWeek = 990,
            PredictedFinish = AdminHost.Now.AddMinutes(20),
            Took = TimeSpan.FromSeconds(2.5),
        });
        await context.SaveChangesAsync(Token);
    }

    private async Task<Issue> ReadAsync(long id)
    {
        await using var context = host.Database.NewContext();
        return await context.Issues.AsNoTracking().SingleAsync(issue => issue.Id == id, Token);
    }

    private static IEnumerable<string> Addresses(AdminBrowser browser) =>
        browser.Page.QuerySelectorAll("#queue tbody .address").Select(cell => cell.FirstChild!.TextContent.Trim());

    private static string Squeeze(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
