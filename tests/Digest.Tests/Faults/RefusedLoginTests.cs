using Digest.Deliveries;
using Digest.Issues;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Digest.Tests.Deliveries;
using Shouldly;
using Xunit;

namespace Digest.Tests.Faults;

/// <summary>The relay does not take our password any more. Whoever tries it again and again is locked out.</summary>
public sealed class RefusedLoginTests
{
    private const int Lanes = 5;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task E3_a_refused_login_pauses_the_run_tells_the_operator_and_is_tried_once_a_resume_and_mending_it_sends_all()
    {
        const int readers = 40;
        await using var world = await SendingWorld.QueuedAsync(
            readers, Lanes, relay: new MailboxOptions { Extensions = ["PIPELINING", "AUTH PLAIN LOGIN"] },
            settings: [("Digest:Smtp:UserName", "relay-user"), ("Digest:Smtp:Password", "of last year")]);
        world.Relay.Script.On(SmtpStep.Auth).Reply("535 5.7.8 authentication failed");
        await world.StartWorkerAsync();

        await ShouldPauseAsync(world, readers);
        // The lanes begin together, and none of them tries a second time or another mechanism.
        var logins = world.Relay.Logins.Count;
        logins.ShouldBeInRange(1, Lanes);

        await world.Ledger.Get<IssueControls>().ResumeAsync(world.Ledger.Issue.Id, Stop);
        await ShouldPauseAsync(world, readers);
        world.Relay.Logins.Count.ShouldBe(logins + 1);
        world.Heard("MAIL FROM").ShouldBe(0);

        world.Relay.Script.Clear();
        await world.Ledger.Get<IssueControls>().ResumeAsync(world.Ledger.Issue.Id, Stop);
        await world.UntilCountAsync(DeliveryState.Accepted, readers);
        world.Relay.Dots.ShouldBe(readers);
        world.Recipients.Distinct().Count().ShouldBe(readers);
        await world.UntilAsync(async () => (await world.Ledger.OpenAlertsAsync()).Count == 0);
    }

    /// <summary>And stays so, however long nobody looks.</summary>
    private static async Task ShouldPauseAsync(SendingWorld world, int readers)
    {
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Paused);
        await world.UntilCountAsync(DeliveryState.Queued, readers);
        await world.UntilAsync(async () => (await world.Ledger.OpenAlertsAsync()).Contains(RunPause.Alert));
        var logins = world.Relay.Logins.Count;
        await world.BeatsAsync(seconds: 60);

        world.Relay.Logins.Count.ShouldBe(logins);
        (await world.Ledger.IssueAsync()).StateReason!.ShouldContain("authentication failed");
        (await world.Ledger.Database.ScalarAsync<int>("select max(attempts) from digest.deliveries")).ShouldBe(0);
    }
}
