using Digest.Deliveries;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Smtp;
using Digest.Subscribers;
using Digest.TestKit;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>Claim, begin, settle (docs/decisions/0004), step by step on real rows.</summary>
public sealed class LedgerTests
{
    private static readonly SmtpOutcome Accepted = new(SmtpVerdict.Accepted, SmtpStage.Reply, 250, "2.0.0", "queued as 4711");
    private static readonly SmtpOutcome Greylisted = new(SmtpVerdict.Deferred, SmtpStage.Recipient, 450, "4.2.0", "greylisted");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Workers_that_claim_at_once_share_no_row()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 60);
        await world.QueueAsync(Stop);

        var claims = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => world.ClaimAsync(Guid.CreateVersion7(), Stop, limit: 10)));

        claims.SelectMany(c => c).Select(c => c.Key.SubscriberId).Distinct().Count().ShouldBe(claims.Sum(c => c.Count));
    }

    [Fact]
    public async Task Nothing_is_claimed_before_it_is_due_or_after_it_expired()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 3);
        await world.QueueAsync(Stop);
        await world.Database.ExecuteAsync(
            "update digest.deliveries set due_at = $2 where subscriber_id = $1", world.Readers[0].Id, LedgerWorld.Monday.AddSeconds(1));
        await world.Database.ExecuteAsync(
            "update digest.deliveries set due_at = $2, expires_at = $2 where subscriber_id = $1", world.Readers[1].Id, LedgerWorld.Monday);

        var claims = await world.ClaimAsync(Guid.CreateVersion7(), Stop);

        claims.Select(c => c.Key).ShouldBe([world.KeyOf(world.Readers[2])]);
    }

    [Theory]
    [InlineData(IssueState.Paused)]
    [InlineData(IssueState.Cancelled)]
    public async Task Nothing_of_an_issue_that_does_not_go_out_is_claimed(IssueState state)
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.QueueAsync(Stop);
        await world.Database.ExecuteAsync("update digest.issues set state = $1", state == IssueState.Paused ? "paused" : "cancelled");

        (await world.ClaimAsync(Guid.CreateVersion7(), Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task B10_a_reader_who_left_between_queue_and_claim_is_suppressed()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2);
        await world.QueueAsync(Stop);
        await world.UnsubscribeAsync(0);

        var claims = await world.ClaimAsync(Guid.CreateVersion7(), Stop);

        claims.Select(c => c.Key).ShouldBe([world.KeyOf(world.Readers[1])]);
        (await world.StateAsync(0)).ShouldBe(DeliveryState.Suppressed);
    }

    [Fact]
    public async Task B10_an_address_suppressed_between_queue_and_claim_gets_nothing()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.QueueAsync(Stop);
        await SuppressAsync(world);

        (await world.ClaimAsync(Guid.CreateVersion7(), Stop)).ShouldBeEmpty();
        (await world.StateAsync()).ShouldBe(DeliveryState.Suppressed);
    }

    [Fact]
    public async Task B10_a_reader_who_left_between_claim_and_begin_gets_nothing()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var worker = await ClaimAllAsync(world);
        await world.UnsubscribeAsync(0);

        (await world.BeginAsync(0, worker)).ShouldBeNull();
        await world.Get<ReleaseClaims>().OneAsync(await world.ClaimOfAsync(0), worker, Stop);

        (await world.StateAsync()).ShouldBe(DeliveryState.Suppressed);
    }

    [Fact]
    public async Task A_begin_is_refused_to_any_other_worker_and_a_second_time()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var worker = await ClaimAllAsync(world);

        (await world.BeginAsync(0, Guid.CreateVersion7())).ShouldBeNull();
        (await world.BeginAsync(0, worker)).ShouldBe(LedgerWorld.Monday);
        (await world.BeginAsync(0, worker)).ShouldBeNull();
    }

    [Fact]
    public async Task A_mark_writes_no_index_entry_although_it_names_its_relay()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var worker = await ClaimAllAsync(world);
        (await world.BeginAsync(0, worker)).ShouldNotBeNull();
        (await world.RowAsync()).Relay.ShouldBe(Relays.Main);

        // PostgreSQL counts at the latest when a session ends.
        await world.Services.DisposeAsync();
        var table = $"deliveries_{world.Issue.Id}";
        while (await world.Database.ScalarAsync<long>("select n_tup_upd from pg_stat_user_tables where relname = $1", table) < 2)
        {
            Stop.ThrowIfCancellationRequested();
        }

        (await world.Database.ScalarAsync<long>("select n_tup_hot_upd from pg_stat_user_tables where relname = $1", table)).ShouldBe(1);
    }

    [Fact]
    public async Task A_claim_of_an_issue_that_was_paused_is_given_back_and_waits()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var worker = await ClaimAllAsync(world);
        await world.Get<IssueControls>().PauseAsync(world.Issue.Id, "the editor found a mistake", Stop);

        (await world.BeginAsync(0, worker)).ShouldBeNull();
        await world.Get<ReleaseClaims>().OneAsync(await world.ClaimOfAsync(0), worker, Stop);

        (await world.StateAsync()).ShouldBe(DeliveryState.Queued);
    }

    [Fact]
    public async Task A_release_that_comes_twice_leaves_the_claim_that_came_between()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.QueueAsync(Stop);
        var worker = await world.RegisterWorkerAsync(Stop);
        var first = (await world.ClaimAsync(worker, Stop)).ShouldHaveSingleItem();
        await world.Get<ReleaseClaims>().OneAsync(first, worker, Stop);
        (await world.StateAsync()).ShouldBe(DeliveryState.Queued);
        world.Time.Advance(TimeSpan.FromSeconds(1));
        var again = (await world.ClaimAsync(worker, Stop)).ShouldHaveSingleItem();

        await world.Get<ReleaseClaims>().OneAsync(first, worker, Stop);

        (await world.StateAsync()).ShouldBe(DeliveryState.Claimed);
        await world.Get<ReleaseClaims>().OneAsync(again, worker, Stop);
        (await world.StateAsync()).ShouldBe(DeliveryState.Queued);
    }

    [Fact]
    public async Task Releasing_leaves_what_is_begun()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 3);
        var worker = await ClaimAllAsync(world);
        await world.BeginAsync(1, worker);

        (await world.Get<ReleaseClaims>().AllAsync(worker, Stop)).Count.ShouldBe(2);

        (await world.StateAsync(0)).ShouldBe(DeliveryState.Queued);
        (await world.StateAsync(1)).ShouldBe(DeliveryState.Claimed);
    }

    [Fact]
    public async Task An_acceptance_is_settled_with_what_the_relay_said()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var (worker, claim, begunAt) = await BeginFirstAsync(world);
        world.Time.Advance(TimeSpan.FromSeconds(2));

        (await world.SettleAsync(claim, worker, new Try(begunAt, Accepted))).ShouldBeTrue();

        (await world.RowAsync()).ShouldSatisfyAllConditions(
            row => row.State.ShouldBe(DeliveryState.Accepted),
            row => row.BegunAt.ShouldBe(LedgerWorld.Monday),
            row => row.SettledAt.ShouldBe(LedgerWorld.Monday.AddSeconds(2)),
            row => row.Stage.ShouldBe("reply"),
            row => row.ReplyCode.ShouldBe(250),
            row => row.EnhancedCode.ShouldBe("2.0.0"),
            row => row.Reply.ShouldBe("queued as 4711"));
    }

    [Fact]
    public async Task E2_a_deferral_charges_a_try_and_never_waits_past_the_expiry()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.QueueAsync(Stop);
        var expiry = LedgerWorld.Monday.AddMinutes(40);
        await world.Database.ExecuteAsync("update digest.deliveries set expires_at = $1, attempts = 3", expiry);
        // Nothing expires within the hour of its queueing.
        await world.Database.ExecuteAsync("update digest.issues set queued_at = queued_at - interval '1 hour'");
        var (worker, claim, begunAt) = await BeginFirstAsync(world);

        await world.SettleAsync(claim, worker, new Try(begunAt, Greylisted));

        (await world.RowAsync()).ShouldSatisfyAllConditions(
            row => row.State.ShouldBe(DeliveryState.Deferred), row => row.Attempts.ShouldBe(4),
            row => row.DueAt.ShouldBe(expiry), row => row.BegunAt.ShouldBeNull());
        world.Time.SetUtcNow(expiry);
        (await world.ClaimAsync(worker, Stop)).ShouldBeEmpty();
        await world.Get<SweepLedger>().ExpireAsync(Stop);
        (await world.StateAsync()).ShouldBe(DeliveryState.Expired);
    }

    [Fact]
    public async Task F8_a_mailbox_that_does_not_exist_is_suppressed_for_the_whole_installation()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var (worker, claim, begunAt) = await BeginFirstAsync(world);
        var gone = new SmtpOutcome(SmtpVerdict.NoSuchMailbox, SmtpStage.Recipient, 550, "5.1.1", "no such user");

        await world.SettleAsync(claim, worker, new Try(begunAt, gone));

        (await world.StateAsync()).ShouldBe(DeliveryState.Rejected);
        await using var context = world.Database.NewContext();
        (await context.Suppressions.AsNoTracking().SingleAsync(Stop)).ShouldSatisfyAllConditions(
            s => s.NewsletterId.ShouldBeNull(),
            s => s.AddressHash.ShouldBe(world.Get<AddressHash>().Of(world.Readers[0].AddressKey)),
            s => s.Reason.ShouldBe(SuppressionReason.HardBounce),
            s => s.Detail.ShouldBe("no such user"));
    }

    [Theory]
    [InlineData(InDoubtDefault.Leave, DeliveryState.InDoubt)]
    [InlineData(InDoubtDefault.SendAgain, DeliveryState.Deferred)]
    public async Task E6_the_newsletters_policy_says_whether_a_doubt_is_sent_again(InDoubtDefault policy, DeliveryState then)
    {
        await using var world = await LedgerWorld.CreateAsync(whenInDoubt: policy);
        var (worker, claim, begunAt) = await BeginFirstAsync(world);

        await world.SettleAsync(claim, worker, new Try(begunAt, new SmtpOutcome(SmtpVerdict.InDoubt, SmtpStage.Reply)));

        var row = await world.RowAsync();
        row.State.ShouldBe(then);
        row.Attempts.ShouldBe(then == DeliveryState.Deferred ? 1 : 0);
        row.AgainAt.HasValue.ShouldBe(then == DeliveryState.Deferred);
    }

    [Fact]
    public async Task A_settle_repeated_after_its_answer_was_lost_does_not_touch_a_later_claim_of_the_same_worker()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var (worker, first, begunAt) = await BeginFirstAsync(world);
        var lost = new Try(begunAt, new SmtpOutcome(SmtpVerdict.NotSent, SmtpStage.Mail));
        await world.SettleAsync(first, worker, lost);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        var second = (await world.ClaimAsync(worker, Stop)).Single();
        var secondBegun = await world.BeginAsync(0, worker);

        (await world.SettleAsync(first, worker, lost)).ShouldBeFalse();

        (await world.StateAsync()).ShouldBe(DeliveryState.Claimed);
        (await world.SettleAsync(second, worker, new Try(secondBegun, Accepted))).ShouldBeTrue();
        (await world.StateAsync()).ShouldBe(DeliveryState.Accepted);
    }

    [Fact]
    public async Task An_issue_is_sent_when_every_row_is_settled_and_a_doubt_does_not_hold_it()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 3);
        await world.QueueAsync(Stop);
        var sweep = world.Get<SweepLedger>();
        foreach (var open in (string[])["queued", "deferred"])
        {
            await world.Database.ExecuteAsync("update digest.deliveries set state = $1", open);
            (await sweep.CompleteAsync(Stop)).ShouldBeEmpty();
        }

        await world.Database.ExecuteAsync("update digest.deliveries set state = 'in_doubt'");
        (await sweep.CompleteAsync(Stop)).ShouldBe([world.Issue.Id]);
        (await sweep.CompleteAsync(Stop)).ShouldBeEmpty();

        var issue = await world.IssueAsync();
        issue.State.ShouldBe(IssueState.Sent);
        issue.CompletedAt.ShouldBe(LedgerWorld.Monday);
    }

    [Fact]
    public async Task An_issue_that_excluded_everybody_is_sent()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.UnsubscribeAsync(0);
        await world.QueueAsync(Stop);

        (await world.Get<SweepLedger>().CompleteAsync(Stop)).ShouldBe([world.Issue.Id]);
    }

    [Fact]
    public async Task Rows_of_a_paused_issue_wait_for_the_operator_and_expire_when_it_is_resumed_too_late()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.QueueAsync(Stop);
        await world.Get<IssueControls>().PauseAsync(world.Issue.Id, "thinking", Stop);
        world.Time.Advance(TimeSpan.FromDays(5));
        var sweep = world.Get<SweepLedger>();

        (await sweep.ExpireAsync(Stop)).ShouldBe(0);
        await world.Get<IssueControls>().ResumeAsync(world.Issue.Id, Stop);
        (await sweep.ExpireAsync(Stop)).ShouldBe(1);

        (await world.StateAsync()).ShouldBe(DeliveryState.Expired);
    }

    private static async Task<Guid> ClaimAllAsync(LedgerWorld world)
    {
        await world.QueueAsync(Stop);
        var worker = await world.RegisterWorkerAsync(Stop);
        (await world.ClaimAsync(worker, Stop)).Count.ShouldBe(world.Readers.Count);
        return worker;
    }

    private static async Task<(Guid Worker, Claim Claim, DateTimeOffset BegunAt)> BeginFirstAsync(LedgerWorld world)
    {
        await world.QueueAsync(Stop);
        var worker = await world.RegisterWorkerAsync(Stop);
        var claim = (await world.ClaimAsync(worker, Stop)).Single(c => c.Key.SubscriberId == world.Readers[0].Id);
        var begunAt = await world.BeginAsync(0, worker);
        return (worker, claim, begunAt.ShouldNotBeNull());
    }

    private static Task SuppressAsync(LedgerWorld world) => world.Database.ExecuteAsync(
        "insert into digest.suppressions (newsletter_id, address_hash, reason, created_at) values (null, $1, 'complaint', $2)",
        world.Get<AddressHash>().Of(world.Readers[0].AddressKey), LedgerWorld.Monday);
}
