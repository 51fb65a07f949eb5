using CsCheck;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Settings;
using Digest.Smtp;
using Digest.Subscribers;
using Digest.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>A rehearsal writes exactly what Monday would send, to nobody.</summary>
public sealed class RehearseIssueTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_writes_the_messages_that_then_go_out_byte_for_byte_as_many()
    {
        await using var world = await SendingWorld.ApprovedAsync(await TestDatabase.CreateAsync(), LedgerWorld.Monday, readers: 5);
        await world.Ledger.Database.ExecuteAsync("update digest.subscribers set address = 'a.much.longer.address.than.others@example.com' where id = $1", world.Ledger.Readers[2].Id);

        var rehearsal = await RehearseAsync(world.Ledger);
        await world.Ledger.QueueAsync(Stop);
        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 5);

        (rehearsal.Candidates, rehearsal.Written, rehearsal.Failed, rehearsal.Excluded).ShouldBe((5, 5, 0, 0));
        rehearsal.LargestBytes.ShouldBe(world.Relay.Store.All.Max(mail => mail.Raw.Length));
        rehearsal.Percentile95Bytes.ShouldBe(rehearsal.LargestBytes);
        rehearsal.ContentHash.ShouldBe(world.Ledger.Issue.Contents[0].Sha256);
        (rehearsal.LastWeek, rehearsal.PredictedFinish).ShouldBe((null, null));
    }

    [Fact]
    public async Task Nothing_of_the_ledger_the_readers_or_the_issue_changes()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 3);
        var before = await StateAsync(world);

        await RehearseAsync(world);
        await RehearseAsync(world);

        (await StateAsync(world)).ShouldBe(before);
        (await world.Database.ScalarAsync<long>("select count(*) from digest.rehearsals")).ShouldBe(2);
        (await world.OpenAlertsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Its_readers_are_those_whom_the_queueing_gives_a_row_whatever_they_did()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 0);
        var run = 0;

        await Gen.Select(Gen.Enum<SubscriberState>(), Gen.Bool, Gen.Int[-2, 2]).Array[0, 30].SampleAsync(
            async readers =>
            {
                var newsletter = await world.Database.NewsletterAsync($"n{Interlocked.Increment(ref run)}");
                foreach (var (state, suppressed, days) in readers)
                {
                    var reader = (await world.Database.SubscribersAsync(newsletter.Id, 1, state))[0];
                    await world.Database.ExecuteAsync("update digest.subscribers set paused_until = $2 where id = $1", reader.Id, LedgerWorld.Monday.AddDays(days));
                    await world.Database.ExecuteAsync(
                        "insert into digest.suppressions (newsletter_id, address_hash, reason, created_at) select $1, $2, 'operator', $3 where $4 on conflict do nothing",
                        newsletter.Id, world.Get<AddressHash>().Of(reader.AddressKey), LedgerWorld.Monday, suppressed);
                }

                var issue = await world.Database.IssueAsync(newsletter.Id, LedgerWorld.Week, LedgerWorld.Monday);
                var rehearsal = await world.Get<RehearseIssue>().RunAsync(issue.Id, Stop);
                var queued = await world.Get<QueueIssue>().RunAsync(issue.Id, Stop);

                (rehearsal.Candidates, rehearsal.Written).ShouldBe((queued.Candidates, queued.Queued));
            },
            iter: 15, threads: 1);
    }

    [Fact]
    public async Task An_address_that_cannot_be_written_is_counted_without_being_named_and_told_until_it_is_mended()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 4);
        await world.Database.ExecuteAsync("update digest.subscribers set address = 'jürgen@example.com' where id = $1", world.Readers[1].Id);

        var failed = await RehearseAsync(world);

        (failed.Written, failed.Failed).ShouldBe((3, 1));
        failed.Failures.ShouldHaveSingleItem().ShouldStartWith("1 reader: The part before the @ must be plain ASCII");
        failed.Failures[0].ShouldNotContain("rgen");
        (await world.OpenAlertsAsync()).ShouldBe([RehearseAlerts.Failed]);
        await world.UnsubscribeAsync(1);
        (await RehearseAsync(world)).Failed.ShouldBe(0);
        (await world.OpenAlertsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_address_longer_than_servers_take_is_a_failure()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.Database.ExecuteAsync("update digest.subscribers set address = $1", $"reader@{string.Join('.', Enumerable.Repeat(new string('a', 60), 4))}.example.com");

        (await RehearseAsync(world)).Failures.ShouldHaveSingleItem().ShouldBe("1 reader: The address is longer than mail servers take.");
    }

    [Fact]
    public async Task A_variant_that_nobody_rendered_fails_for_its_readers()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2);
        await world.Database.ExecuteAsync("update digest.issue_contents set variant = 'policy'");

        (await RehearseAsync(world)).Failures.ShouldHaveSingleItem().ShouldBe("2 readers: The issue has no content for the variant ''.");
    }

    [Theory]
    [InlineData("html")]
    [InlineData("text")]
    public async Task A_slot_that_nothing_fills_fails_for_everybody(string part)
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2);
        await world.Database.ExecuteAsync($"update digest.issue_contents set {part} = {part} || '{{{{shop_url}}}}'");

        var rehearsal = await RehearseAsync(world);

        (rehearsal.Written, rehearsal.Failed).ShouldBe((0, 2));
        rehearsal.Failures.ShouldHaveSingleItem().ShouldContain("A slot is left in the");
    }

    [Fact]
    public async Task A_sender_that_no_header_can_name_fails_for_everybody()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2);
        world.Newsletter.Sender = world.Newsletter.Sender with { ListId = "signal.exämple.com" };
        await world.PolicyAsync(policy => policy);

        (await RehearseAsync(world)).Failures.ShouldHaveSingleItem().ShouldStartWith("2 readers: The header List-Id must be plain ASCII");
    }

    [Theory]
    [InlineData(9, 6, false)]
    [InlineData(9, 5, true)]
    public async Task An_audience_that_fell_by_more_than_a_third_is_told(int before, int now, bool isTold)
    {
        await using var world = await LedgerWorld.CreateAsync(readers: before);
        await world.QueueAsync(Stop);
        var next = await world.Database.IssueAsync(world.Newsletter.Id, LedgerWorld.Week.Next, LedgerWorld.Monday.AddDays(7));
        for (var reader = now; reader < before; reader++)
        {
            await world.UnsubscribeAsync(reader);
        }

        var rehearsal = await world.Get<RehearseIssue>().RunAsync(next.Id, Stop);

        (rehearsal.LastWeek, rehearsal.Candidates, rehearsal.Written).ShouldBe((before, before, now));
        (await world.OpenAlertsAsync()).ShouldBe(isTold ? [RehearseAlerts.Fell] : []);
    }

    [Fact]
    public async Task The_finish_is_foretold_by_what_the_relay_allows_and_told_when_it_is_late()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 12, settings: ("Digest:Smtp:MessagesPerMinute", "4"));
        await world.ScheduleAsync(schedule => schedule with { FinishBy = new TimeOnly(7, 2) });

        (await RehearseAsync(world)).PredictedFinish.ShouldBe(LedgerWorld.Monday.AddMinutes(3));
        (await world.OpenAlertsAsync()).ShouldBe([RehearseAlerts.Late]);

        await world.ScheduleAsync(schedule => schedule with { FinishBy = new TimeOnly(7, 3) });
        await RehearseAsync(world);
        (await world.OpenAlertsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_finish_is_foretold_by_the_pace_of_the_last_issue_and_by_the_readers_hours()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 12);
        await world.QueueAsync(Stop);
        // Ten in a minute and two stragglers: the average message went at (100 + 1 + 1) / 12, that is 8 whole ones a minute.
        await world.Database.ExecuteAsync(
            "update digest.deliveries d set state = 'accepted', settled_at = $1::timestamptz + make_interval(mins => greatest(0, n - 10)) "
            + "from (select subscriber_id, (row_number() over (order by subscriber_id))::int as n from digest.deliveries) r where r.subscriber_id = d.subscriber_id",
            LedgerWorld.Monday);
        var next = await world.Database.IssueAsync(world.Newsletter.Id, LedgerWorld.Week.Next, LedgerWorld.Monday.AddDays(7));

        (await world.Get<RehearseIssue>().RunAsync(next.Id, Stop)).PredictedFinish.ShouldBe(LedgerWorld.Monday.AddDays(7).AddMinutes(12 / 8.0));

        await world.ScheduleAsync(schedule => schedule with { ReadersHour = true });
        await world.Database.ExecuteAsync("update digest.subscribers set time_zone = 'America/New_York' where id = $1", world.Readers[0].Id);
        (await world.Get<RehearseIssue>().RunAsync(next.Id, Stop)).PredictedFinish
            // On the ninth of March New York has summer time already.
            .ShouldBe(LedgerWorld.Monday.AddDays(7).AddHours(5).AddMinutes(1 / 8.0));
    }

    [Fact]
    public async Task What_is_queued_has_no_content_or_is_not_there_is_refused()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var skipped = await world.Database.IssueAsync(world.Newsletter.Id, LedgerWorld.Week.Next, LedgerWorld.Monday.AddDays(7), IssueState.Skipped);
        await world.QueueAsync(Stop);

        (await Should.ThrowAsync<RefusedException>(() => RehearseAsync(world))).Message.ShouldContain("queued already");
        (await Should.ThrowAsync<RefusedException>(() => world.Get<RehearseIssue>().RunAsync(skipped.Id, Stop))).Message.ShouldContain("`digest assemble`");
        await Should.ThrowAsync<RefusedException>(() => world.Get<RehearseIssue>().RunAsync(999_999, Stop));
    }

    [Fact]
    public async Task Two_at_once_are_one_and_a_refusal()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await using var connection = await world.Database.DataSource.OpenConnectionAsync(Stop);
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = $"select pg_advisory_lock(hashtextextended('rehearse', {world.Issue.Id}))";
            await command.ExecuteNonQueryAsync(Stop);
        }

        (await Should.ThrowAsync<RefusedException>(() => RehearseAsync(world))).Message.ShouldContain("rehearsed already");

        await connection.CloseAsync();
        (await world.Database.ScalarAsync<long>("select count(*) from digest.rehearsals")).ShouldBe(0);
    }

    [Fact]
    public async Task It_stops_when_it_is_told_to_and_leaves_nothing()
    {
        await using var world = await LedgerWorld.CreateAsync();
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => world.Get<RehearseIssue>().RunAsync(world.Issue.Id, stopped.Token));

        (await world.Database.ScalarAsync<long>("select count(*) from digest.rehearsals")).ShouldBe(0);
    }

    [Fact]
    public async Task More_readers_than_a_page_holds_are_all_written()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 1203);

        var rehearsal = await RehearseAsync(world);

        (rehearsal.Candidates, rehearsal.Written).ShouldBe((1203, 1203));
        rehearsal.Percentile95Bytes.ShouldBeInRange(rehearsal.LargestBytes - 10, rehearsal.LargestBytes);
    }

    private static Task<Rehearsal> RehearseAsync(LedgerWorld world) => world.Get<RehearseIssue>().RunAsync(world.Issue.Id, Stop);

    private static async Task<string> StateAsync(LedgerWorld world) => (await world.Database.ScalarAsync<string>(
        """
        select concat((select count(*) from digest.deliveries), (select count(*) from digest.exclusions), (select count(*) from digest.notices),
            (select string_agg(s::text, '|' order by id) from digest.subscribers s), (select string_agg(i::text, '|') from digest.issues i),
            (select string_agg(c::text, '|') from digest.issue_contents c))
        """)).ShouldNotBeNull();
}
