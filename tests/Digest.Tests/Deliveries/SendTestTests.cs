using Digest.Deliveries;
using Digest.Local.Mailbox;
using Digest.Settings;
using Digest.Smtp;
using Digest.Subscribers;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

public sealed class SendTestTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_arrives_marked_with_links_that_name_nobody_and_leaves_no_row()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 0);

        var outcome = await RunAsync(world, "editor@example.org");

        outcome.Verdict.ShouldBe(SmtpVerdict.Accepted);
        var mail = world.MessageTo("editor@example.org");
        mail.Subject.ShouldBe("[Test] Issue of 2026-03-02");
        var token = SendingWorld.UnsubscribeToken(mail);
        world.Ledger.Get<Tokens>().Read(TokenPurpose.Unsubscribe, token)!.SubscriberId.ShouldBe(0);
        (await world.Ledger.Database.ScalarAsync<long>("select count(*) from digest.deliveries")).ShouldBe(0);
    }

    [Fact]
    public async Task Two_tests_are_two_messages()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 0);

        await RunAsync(world, "editor@example.org");
        world.Ledger.Time.Advance(TimeSpan.FromSeconds(1));
        await RunAsync(world, "editor@example.org");

        world.Relay.Store.All.Select(mail => SendingWorld.Parse(mail).MessageId).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task What_the_relay_refuses_is_told_as_it_said_it()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 0);
        world.Relay.Script.On(SmtpStep.Recipient).Reply("550 5.1.1 no such user");

        (await RunAsync(world, "nobody@example.org")).ShouldSatisfyAllConditions(
            o => o.Verdict.ShouldBe(SmtpVerdict.NoSuchMailbox), o => o.Code.ShouldBe(550));
        (await world.Ledger.Database.ScalarAsync<long>("select count(*) from digest.suppressions")).ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("a@example.com\r\nRCPT TO:<b@example.com>")]
    public async Task What_is_no_address_is_refused(string address)
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 0);

        await Should.ThrowAsync<RefusedException>(() => RunAsync(world, address));
    }

    private static Task<SmtpOutcome> RunAsync(SendingWorld world, string address) =>
        world.Ledger.Get<SendTest>().RunAsync(world.Ledger.Newsletter, world.Ledger.Issue, address, Stop);
}
