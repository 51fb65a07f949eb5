using Digest.Deliveries;
using Digest.Local.Mailbox;
using Digest.Newsletters;
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
    public async Task A_variant_is_sent_by_the_topics_in_any_order_and_one_that_is_not_there_is_refused_by_name()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 0, arrange: async ledger =>
        {
            await using var context = ledger.Database.NewContext();
            context.Update(ledger.Newsletter).Entity.Vocabulary = ledger.Newsletter.Vocabulary with
            {
                Topics = [new Term("agents", "Agents"), new Term("policy", "Policy"), new Term("safety", "Safety")],
            };
            await context.SaveChangesAsync(Stop);
        });
        await world.Ledger.Database.ExecuteAsync(
            """
            insert into digest.issue_contents (issue_id, variant, subject, preheader, html, text, sha256, frozen_at)
            select issue_id, 'agents+policy', 'Of agents and policy', preheader, html, text, sha256, frozen_at from digest.issue_contents
            """);

        await RunAsync(world, "editor@example.org", "policy+agents");
        await RunAsync(world, "whole@example.org", "policy+safety+agents");
        var refused = await Should.ThrowAsync<RefusedException>(() => RunAsync(world, "editor@example.org", "agents+nothing"));

        world.MessageTo("editor@example.org").Subject.ShouldBe("[Test] Of agents and policy");
        world.MessageTo("whole@example.org").Subject.ShouldBe("[Test] Issue of 2026-03-02");
        refused.Message.ShouldBe("The issue of 2026-03-02 has no variant 'agents+nothing'; it has agents+policy, and the whole issue.");
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

    private static Task<SmtpOutcome> RunAsync(SendingWorld world, string address, string variant = "") =>
        world.Ledger.Get<SendTest>().RunAsync(world.Ledger.Newsletter, world.Ledger.Issue, variant, address, Stop);
}
