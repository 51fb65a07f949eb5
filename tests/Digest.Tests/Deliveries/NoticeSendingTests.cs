using Digest.Deliveries;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Digest.Subscribers;
using Digest.TestKit;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>Notices go by the ledger's rules too, and before an issue.</summary>
public sealed class NoticeSendingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task D1_a_confirmation_comes_from_the_notice_address_with_a_link_that_confirms_and_no_list_headers()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 0);
        var (reader, notice) = await WriteAsync(world, NoticeKind.Confirmation, SubscriberState.Pending);

        await world.StartWorkerAsync();
        await UntilAsync(world, notice, DeliveryState.Accepted);

        var mail = world.MessageTo(reader.Address);
        mail.From.ToString().ShouldContain("signal-desk@example.com");
        mail.Date.ShouldBe(notice.CreatedAt);
        mail.Headers.Contains("List-Unsubscribe").ShouldBeFalse();
        var token = mail.TextBody!.Split("/confirm/")[1].Split('\r', '\n', ' ')[0];
        world.Ledger.Get<Tokens>().Read(TokenPurpose.Confirm, token)
            .ShouldBe(new TokenContent(reader.Id, reader.TokenVersion, notice.CreatedAt + ConfirmSubscription.LinkLifetime));
        world.Ledger.Get<ReturnPaths>().Read(world.Relay.Store.All[0].ReturnPath).ShouldBe(new LedgerKey(LedgerKind.Notice, notice.Id, reader.Id));
    }

    [Fact]
    public async Task B1_a_welcome_can_be_unsubscribed_from()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 0);
        var (reader, notice) = await WriteAsync(world, NoticeKind.Welcome, SubscriberState.Confirmed);

        await world.StartWorkerAsync();
        await UntilAsync(world, notice, DeliveryState.Accepted);

        var token = SendingWorld.UnsubscribeToken(world.MessageTo(reader.Address));
        world.Ledger.Get<Tokens>().Read(TokenPurpose.Unsubscribe, token)!.SubscriberId.ShouldBe(reader.Id);
    }

    [Theory]
    [InlineData(NoticeKind.Confirmation, SubscriberState.Confirmed)]
    [InlineData(NoticeKind.Confirmation, SubscriberState.Unsubscribed)]
    [InlineData(NoticeKind.Welcome, SubscriberState.Unsubscribed)]
    public async Task A_notice_that_nobody_needs_any_more_is_suppressed(NoticeKind kind, SubscriberState state)
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 0);
        var (_, notice) = await WriteAsync(world, kind, state);

        await world.StartWorkerAsync();
        await UntilAsync(world, notice, DeliveryState.Suppressed);

        world.Heard("RCPT TO").ShouldBe(0);
    }

    [Fact]
    public async Task A_notice_passes_the_issue_that_is_going_out()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 5);
        var reply = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Relay.Script.On(SmtpStep.Dot).WaitFor(reply.Task).Times(1);
        await world.StartWorkerAsync();
        await world.UntilAsync(() => Task.FromResult(world.Relay.Dots == 1));
        var (reader, notice) = await WriteAsync(world, NoticeKind.Confirmation, SubscriberState.Pending);
        await UntilAsync(world, notice, DeliveryState.Claimed);

        reply.SetResult();
        await world.UntilCountAsync(DeliveryState.Accepted, 5);

        // All but what the lane has in its hands: the message under way, and what it holds for its next turn.
        world.Recipients.Take(3).ShouldContain(reader.Address);
    }

    [Fact]
    public async Task A_notice_that_the_relay_refuses_by_policy_alerts_and_tries_again_by_itself()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 0);
        world.Relay.Script.On(SmtpStep.Mail).Reply("550 5.7.1 not you").Times(1);
        var (_, notice) = await WriteAsync(world, NoticeKind.Confirmation, SubscriberState.Pending);

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => (await world.Ledger.OpenAlertsAsync()).Contains(RunPause.Alert));
        await UntilAsync(world, notice, DeliveryState.Queued);
        world.Ledger.Time.Advance(TimeSpan.FromMinutes(46));
        await UntilAsync(world, notice, DeliveryState.Accepted);
        await world.UntilAsync(async () => (await world.Ledger.OpenAlertsAsync()).Count == 0);
    }

    private static async Task<(Subscriber Reader, Notice Notice)> WriteAsync(SendingWorld world, NoticeKind kind, SubscriberState state)
    {
        var reader = (await world.Ledger.Database.SubscribersAsync(world.Ledger.Newsletter.Id, 1, state))[0];
        var notice = new Notice
        {
            SubscriberId = reader.Id,
            Kind = kind,
            State = DeliveryState.Queued,
            CreatedAt = LedgerWorld.Monday,
            DueAt = LedgerWorld.Monday,
            ExpiresAt = LedgerWorld.Monday.AddDays(2),
        };
        await using var context = world.Ledger.Database.NewContext();
        context.Add(notice);
        await context.SaveChangesAsync(Stop);
        return (reader, notice);
    }

    private static Task UntilAsync(SendingWorld world, Notice notice, DeliveryState state) => world.UntilAsync(async () =>
    {
        await using var context = world.Ledger.Database.NewContext();
        return (await context.Notices.AsNoTracking().SingleAsync(n => n.Id == notice.Id)).State == state;
    });
}
