using Digest.Deliveries;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>An issue is encoded once, and anew only when its newsletter says something else in the header.</summary>
public sealed class FrozenIssuesTests
{
    [Fact]
    public async Task An_issue_is_encoded_once_however_often_its_newsletter_is_read_again()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.QueueAsync(Cancellation);

        var first = await GetAsync(world);
        var again = await GetAsync(world);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        var later = await GetAsync(world);

        again.ShouldBeSameAs(first);
        later.Newsletter.ShouldNotBeSameAs(first.Newsletter, "it was read again");
        later.Template.ShouldBeSameAs(first.Template);
    }

    [Fact]
    public async Task A_sender_that_was_mended_is_in_the_next_message()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.QueueAsync(Cancellation);
        var first = await GetAsync(world);

        await using (var context = world.Database.NewContext())
        {
            var newsletter = await context.Set<Newsletter>().SingleAsync(n => n.Id == world.Newsletter.Id, Cancellation);
            newsletter.Sender = newsletter.Sender with { ReplyTo = "mended@example.com" };
            await context.SaveChangesAsync(Cancellation);
        }

        world.Time.Advance(TimeSpan.FromMinutes(1));
        var later = await GetAsync(world);

        later.Template.ShouldNotBeSameAs(first.Template);
        using var mail = world.Get<IssueMail>().Write(later, ClaimOf(world));
        System.Text.Encoding.ASCII.GetString(mail.Message.Bytes.Span).ShouldContain("Reply-To: mended@example.com\r\n");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static ValueTask<FrozenIssue> GetAsync(LedgerWorld world) => world.Get<FrozenIssues>().GetAsync(ClaimOf(world), Cancellation);

    private static Claim ClaimOf(LedgerWorld world) => new(
        new LedgerKey(LedgerKind.Delivery, world.Issue.Id, world.Readers[0].Id), "", world.Newsletter.Id,
        world.Readers[0].Address, world.Readers[0].AddressKey, TokenVersion: 1, Attempts: 0);
}
