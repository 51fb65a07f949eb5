using Digest.Deliveries;
using Digest.Issues;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Digest.Subscribers;
using Digest.Tests.Deliveries;
using Shouldly;
using Xunit;

namespace Digest.Tests.Faults;

/// <summary>Whoever leaves, bounces or is erased before the final dot of their mail gets none (checklist B10).</summary>
public sealed class LeavingReadersTests
{
    public enum Leaving
    {
        Unsubscribed,
        Bounced,
        Erased,
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Leaving.Unsubscribed)]
    [InlineData(Leaving.Bounced)]
    [InlineData(Leaving.Erased)]
    public async Task B10_between_queue_and_claim_no_RCPT_is_sent(Leaving how)
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 3);
        await LeaveAsync(world, reader: 1, how);

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent);

        (await world.Ledger.StateAsync(1)).ShouldBe(DeliveryState.Suppressed);
        world.Recipients.ShouldBe(["reader-1@example.com", "reader-3@example.com"], ignoreOrder: true);
        world.Heard("RCPT TO:<reader-2@example.com>").ShouldBe(0);
    }

    [Theory]
    [InlineData(Leaving.Unsubscribed)]
    [InlineData(Leaving.Bounced)]
    [InlineData(Leaving.Erased)]
    public async Task B10_between_claim_and_dot_the_message_is_abandoned_on_the_wire_and_no_dot_is_sent(Leaving how)
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 3);
        var dot = world.Relay.Nth(SmtpStep.Dot, 1);
        var data = world.Relay.Nth(SmtpStep.Data, 2);
        var gate = world.Relay.HoldReplies(times: 1);
        await world.StartWorkerAsync();
        await world.ComesAsync(dot);

        int leaver;
        await using (await LockedRow.BegunAsync(world.Ledger.Database))
        {
            gate.SetResult();
            leaver = world.ReaderOf((await world.ComesAsync(data)).Recipient);
            await world.UntilAsync(() => LockedRow.IsWaitedForAsync(world.Ledger.Database));
            await LeaveAsync(world, leaver, how);
        }

        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent);
        (await world.Ledger.StateAsync(leaver)).ShouldBe(DeliveryState.Suppressed);
        world.Relay.Dots.ShouldBe(2);
        world.Recipients.ShouldBe(
            world.Ledger.Readers.Where((_, reader) => reader != leaver).Select(reader => reader.Address), ignoreOrder: true);
    }

    private static Task LeaveAsync(SendingWorld world, int reader, Leaving how)
    {
        var (ledger, leaver) = (world.Ledger, world.Ledger.Readers[reader]);
        return how switch
        {
            Leaving.Unsubscribed => ledger.Get<Unsubscribe>().RunAsync(
                ledger.Get<Tokens>().Create(TokenPurpose.Unsubscribe, new TokenContent(leaver.Id, leaver.TokenVersion, null)), "one-click", null, Stop),
            Leaving.Bounced => ledger.Database.ExecuteAsync(
                "insert into digest.suppressions (newsletter_id, address_hash, reason, created_at) values (null, $1, 'hard_bounce', $2)",
                ledger.Get<AddressHash>().Of(leaver.AddressKey), LedgerWorld.Monday),
            _ => ledger.Database.ExecuteAsync("delete from digest.subscribers where id = $1", leaver.Id),
        };
    }
}
