using Digest.Local.Mailbox;
using Digest.Smtp;
using Shouldly;
using Xunit;

namespace Digest.Tests.Smtp;

/// <summary>
/// A relay that loses what follows a final dot leaves a connection waiting until its timeout. One session finds out for all, and
/// meanwhile the others go on as ever.
/// </summary>
public sealed class AnnouncingTrustTests : IDisposable
{
    private readonly List<WireMail> mails = [];

    public void Dispose() => mails.ForEach(mail => mail.Dispose());

    [Fact]
    public async Task One_session_tries_it_out_and_then_all_announce()
    {
        await using var relay = await Relay.StartAsync();
        var (trying, other) = (relay.Session, relay.NewSession());

        var announced = await AnnounceAsync(trying);
        (await AnnouncesAsync(relay, other)).ShouldBeFalse();

        await SendAsync(trying, announced, next: null);
        (await AnnouncesAsync(relay, other)).ShouldBeTrue();
        (await AnnouncesAsync(relay, trying)).ShouldBeTrue();
    }

    [Fact]
    public async Task Where_one_was_not_heard_nobody_announces_for_ten_minutes()
    {
        await using var relay = await Relay.StartAsync();
        var (trying, other) = (relay.Session, relay.NewSession());
        relay.Server.Script.On(SmtpStep.Mail, moment => moment is { Connection: 1, Message: 2 }).Close();

        // Of a relay that is being tried even a close tells something. The message goes out all the same, on another connection.
        await SendAsync(trying, await AnnounceAsync(trying), next: null);

        (await AnnouncesAsync(relay, trying)).ShouldBeFalse();
        (await AnnouncesAsync(relay, other)).ShouldBeFalse();

        relay.Time.Advance(TimeSpan.FromMinutes(10));
        await AnnounceAsync(other);
        (await AnnouncesAsync(relay, trying)).ShouldBeFalse();
    }

    [Fact]
    public async Task What_was_under_way_when_another_was_lost_proves_nothing()
    {
        await using var relay = await ProvenAsync();
        var (lost, late) = (relay.NewSession(), relay.NewSession());
        relay.Server.Script.On(SmtpStep.Mail, moment => moment is { Connection: 2, Message: 2 }).Reply("503 5.5.1 what?").Times(1);
        var (first, second) = (await AnnounceAsync(lost), await AnnounceAsync(late));
        await SendAsync(lost, first, next: null);

        await SendAsync(late, second, next: null);

        (await AnnouncesAsync(relay, late)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_relay_that_is_known_may_close_a_connection()
    {
        await using var relay = await ProvenAsync();
        var session = relay.NewSession();
        relay.Server.Script.On(SmtpStep.Mail, moment => moment is { Connection: 2, Message: 2 }).Close();

        await SendAsync(session, await AnnounceAsync(session), next: null);

        (await AnnouncesAsync(relay, session)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_trial_that_came_to_nothing_is_anothers_to_make()
    {
        await using var relay = await Relay.StartAsync();
        var (trying, other) = (relay.Session, relay.NewSession());
        await AnnounceAsync(trying);

        trying.Withdraw();

        (await AnnouncesAsync(relay, other)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_could_not_be_announced_was_no_trial()
    {
        await using var relay = await Relay.StartAsync(configure: settings => settings.MessagesPerConnection = 2);
        var (full, other) = (relay.Session, relay.NewSession());
        await SendAsync(full, Mail(), next: null);

        // The last that its connection carries.
        await AnnounceAsync(full);

        (await AnnouncesAsync(relay, other)).ShouldBeTrue();
    }

    /// <summary>A relay that heard an announcement, on its first connection.</summary>
    private async Task<Relay> ProvenAsync()
    {
        var relay = await Relay.StartAsync();
        await SendAsync(relay.Session, await AnnounceAsync(relay.Session), next: null);
        return relay;
    }

    /// <returns>What was to be announced.</returns>
    private async Task<WireMail> AnnounceAsync(SmtpSession session)
    {
        var next = Mail();
        await SendAsync(session, Mail(), next);
        return next;
    }

    /// <summary>Another message than the announced one needs a connection of its own.</summary>
    private async Task<bool> AnnouncesAsync(Relay relay, SmtpSession session)
    {
        await AnnounceAsync(session);
        var connections = relay.Server.Connections;
        await SendAsync(session, Mail(), next: null);
        return relay.Server.Connections > connections;
    }

    private static async Task SendAsync(SmtpSession session, WireMail mail, WireMail? next) =>
        (await session.SendAsync(mail, Relay.Marked, () => next, TestContext.Current.CancellationToken)).Verdict.ShouldBe(SmtpVerdict.Accepted);

    private WireMail Mail()
    {
        var to = $"reader{mails.Count}@example.org";
        mails.Add(new(Mails.Plain.Compose(Mails.Issue with { To = to }), Mails.Issue.ReturnPath, to));
        return mails[^1];
    }
}
