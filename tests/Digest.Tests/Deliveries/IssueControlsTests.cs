using Digest.Deliveries;
using Digest.Issues;
using Digest.Operators;
using Digest.Settings;
using Digest.Smtp;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>What an operator does to an issue on its way.</summary>
public sealed class IssueControlsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pausing_says_why_and_resuming_forgets_it()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.QueueAsync(Stop);
        var controls = world.Get<IssueControls>();
        await world.Get<AlertBook>().RaiseAsync(RunPause.Alert, world.Newsletter.Id, world.Issue.Id, "refused", "mend it", Stop);

        await controls.PauseAsync(world.Issue.Id, "a wrong link", Stop);
        (await world.IssueAsync()).ShouldSatisfyAllConditions(
            i => i.State.ShouldBe(IssueState.Paused), i => i.StateReason.ShouldBe("a wrong link"));

        await controls.ResumeAsync(world.Issue.Id, Stop);
        (await world.IssueAsync()).ShouldSatisfyAllConditions(i => i.State.ShouldBe(IssueState.Sending), i => i.StateReason.ShouldBeNull());
        (await world.OpenAlertsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Pausing_and_resuming_say_how_much_waits_is_due_and_has_expired_meanwhile()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 6);
        await world.QueueAsync(Stop);
        var worker = await world.RegisterWorkerAsync(Stop);
        await world.ClaimAsync(worker, Stop, limit: 2);
        await world.BeginAsync(0, worker);
        await SetAsync(world, reader: 3, "due_at", LedgerWorld.Monday.AddHours(5));
        await SetAsync(world, reader: 4, "expires_at", LedgerWorld.Monday.AddHours(1));
        await world.Database.ExecuteAsync("update digest.deliveries set state = 'accepted' where subscriber_id = $1", world.Readers[5].Id);
        var controls = world.Get<IssueControls>();

        (await controls.PauseAsync(world.Issue.Id, "a wrong link", Stop)).ShouldBe(
            "The issue of 2026-03-02 is paused: 4 deliveries wait, and 1 message that had begun still gets its reply.");
        world.Time.Advance(TimeSpan.FromHours(2));
        (await controls.ResumeAsync(world.Issue.Id, Stop)).ShouldBe(
            "The issue of 2026-03-02 goes on. 3 deliveries wait, 2 of them due now; 1 expired meanwhile and is not sent.");
        (await world.Get<SweepLedger>().ExpireAsync(Stop)).ShouldBe(1);
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_by_name()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var controls = world.Get<IssueControls>();

        (await Should.ThrowAsync<RefusedException>(() => controls.PauseAsync(world.Issue.Id, "", Stop))).Message.ShouldContain("2026-03-02 is approved");
        await Should.ThrowAsync<RefusedException>(() => controls.ResumeAsync(world.Issue.Id, Stop));
        await Should.ThrowAsync<RefusedException>(() => controls.SettleDoubtAsync(world.Issue.Id, 1, sendAgain: true, "op", Stop));
        await Should.ThrowAsync<RefusedException>(() => controls.CancelAsync(999, "op", Stop));
        await world.Database.ExecuteAsync("update digest.issues set state = 'sent'");
        await Should.ThrowAsync<RefusedException>(() => controls.CancelAsync(world.Issue.Id, "op", Stop));
    }

    [Fact]
    public async Task Cancelling_takes_back_what_is_not_begun_and_counts_it()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 5);
        await world.QueueAsync(Stop);
        var worker = await world.RegisterWorkerAsync(Stop);
        var claims = await world.ClaimAsync(worker, Stop, limit: 2);
        await world.BeginAsync(0, worker);

        (await world.Get<IssueControls>().CancelAsync(world.Issue.Id, "operator@example.com", Stop)).ShouldBe((4, 1));

        (await world.BeginAsync(1, worker)).ShouldBeNull();
        var progress = await world.Get<IssueProgress>().ReadAsync(world.Issue.Id, Stop);
        progress.Count(DeliveryState.Cancelled).ShouldBe(4);
        progress.Count(DeliveryState.Claimed).ShouldBe(1);
        (await world.IssueAsync()).State.ShouldBe(IssueState.Cancelled);
    }

    [Fact]
    public async Task What_was_begun_before_a_cancel_gets_its_reply_and_is_not_tried_again()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.QueueAsync(Stop);
        var worker = await world.RegisterWorkerAsync(Stop);
        var claim = (await world.ClaimAsync(worker, Stop))[0];
        var begunAt = await world.BeginAsync(0, worker);
        await world.Get<IssueControls>().CancelAsync(world.Issue.Id, "operator@example.com", Stop);

        await world.SettleAsync(claim, worker, new Try(begunAt, new SmtpOutcome(SmtpVerdict.Deferred, SmtpStage.Recipient, 450)));
        await world.Get<SweepLedger>().ExpireAsync(Stop);

        (await world.StateAsync()).ShouldBe(DeliveryState.Cancelled);
    }

    [Fact]
    public async Task A_doubt_taken_as_accepted_says_by_whom()
    {
        await using var world = await InDoubtAsync();

        await world.Get<IssueControls>().SettleDoubtAsync(world.Issue.Id, world.Readers[0].Id, sendAgain: false, "operator@example.com", Stop);

        (await world.RowAsync()).ShouldSatisfyAllConditions(
            row => row.State.ShouldBe(DeliveryState.Accepted), row => row.Reply.ShouldBe("taken as accepted by operator@example.com"));
    }

    [Fact]
    public async Task A_doubt_sent_again_opens_its_issue_and_is_claimed_however_late()
    {
        await using var world = await InDoubtAsync();
        (await world.Get<SweepLedger>().CompleteAsync(Stop)).ShouldBe([world.Issue.Id]);
        world.Time.Advance(TimeSpan.FromDays(6));

        await world.Get<IssueControls>().SettleDoubtAsync(world.Issue.Id, world.Readers[0].Id, sendAgain: true, "operator@example.com", Stop);

        (await world.IssueAsync()).ShouldSatisfyAllConditions(i => i.State.ShouldBe(IssueState.Sending), i => i.CompletedAt.ShouldBeNull());
        (await world.ClaimAsync(Guid.CreateVersion7(), Stop)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_a_worker_claimed_that_did_not_know_the_new_pace_yet_is_not_begun()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2);
        await world.QueueAsync(Stop);
        var worker = await world.RegisterWorkerAsync(Stop);
        await world.Get<IssueControls>().SlowAsync(world.Issue.Id, 600, "operator@example.com", Stop);

        var unknowing = await world.ClaimAsync(worker, Stop, limit: 1, perMinute: null);
        (await world.BeginAsync(unknowing.ShouldHaveSingleItem(), worker)).ShouldBeNull();

        var knowing = await world.ClaimAsync(worker, Stop, limit: 1, perMinute: 600);
        (await world.BeginAsync(knowing.ShouldHaveSingleItem(), worker)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Slowing_down_says_what_it_did_and_takes_back_what_is_not_begun()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 5);
        await world.QueueAsync(Stop);
        var worker = await world.RegisterWorkerAsync(Stop);
        await world.ClaimAsync(worker, Stop, limit: 3);
        await world.BeginAsync(0, worker);
        var controls = world.Get<IssueControls>();

        (await controls.SlowAsync(world.Issue.Id, 600, "operator@example.com", Stop)).ShouldBe(
            "The issue of 2026-03-02 goes out at 600 messages a minute at most from the next message on; before that as fast as the relays allow. "
            + "2 deliveries claimed and not begun wait again.");
        (await world.IssueAsync()).ShouldSatisfyAllConditions(
            i => i.PerMinute.ShouldBe(600), i => i.StateReason.ShouldBe("Held to 600 messages a minute by operator@example.com."));
        (await world.BeginAsync(1, worker)).ShouldBeNull();

        (await controls.SlowAsync(world.Issue.Id, null, "operator@example.com", Stop)).ShouldContain("goes out as fast as the relays allow");
        (await world.IssueAsync()).ShouldSatisfyAllConditions(i => i.PerMinute.ShouldBeNull(), i => i.StateReason.ShouldBeNull());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_000_001)]
    public async Task A_pace_that_is_none_is_refused(int perMinute)
    {
        await using var world = await LedgerWorld.CreateAsync();

        (await Should.ThrowAsync<RefusedException>(() => world.Get<IssueControls>().SlowAsync(world.Issue.Id, perMinute, "op", Stop)))
            .Message.ShouldContain("pause it");

        await world.Database.ExecuteAsync("update digest.issues set state = 'sent'");
        (await Should.ThrowAsync<RefusedException>(() => world.Get<IssueControls>().SlowAsync(world.Issue.Id, 10, "op", Stop)))
            .Message.ShouldContain("is sent");
    }

    private static Task SetAsync(LedgerWorld world, int reader, string column, DateTimeOffset instant) => world.Database.ExecuteAsync(
        $"update digest.deliveries set {column} = $2 where subscriber_id = $1", world.Readers[reader].Id, instant);

    private static async Task<LedgerWorld> InDoubtAsync()
    {
        var world = await LedgerWorld.CreateAsync();
        await world.QueueAsync(Stop);
        await world.Database.ExecuteAsync("update digest.deliveries set state = 'in_doubt', begun_at = $1", LedgerWorld.Monday);
        return world;
    }
}
