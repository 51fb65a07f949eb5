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

    [Fact]
    public async Task Lanes_that_begin_at_once_read_once_and_so_do_those_that_find_it_out_of_date()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.QueueAsync(Cancellation);

        var first = await TwoHundredAsync(world);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        var later = await TwoHundredAsync(world);

        first.ShouldAllBe(frozen => ReferenceEquals(frozen, first[0]));
        later.ShouldAllBe(frozen => ReferenceEquals(frozen.Newsletter, later[0].Newsletter));
        later[0].Newsletter.ShouldNotBeSameAs(first[0].Newsletter);
    }

    [Fact]
    public async Task A_reading_that_failed_is_not_kept()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.QueueAsync(Cancellation);
        await world.Database.ExecuteAsync("alter table digest.newsletters rename to moved");
        await Should.ThrowAsync<Exception>(() => TwoHundredAsync(world));
        await world.Database.ExecuteAsync("alter table digest.moved rename to newsletters");

        var frozen = await GetAsync(world);
        await world.Database.ExecuteAsync("alter table digest.newsletters rename to moved");
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await Should.ThrowAsync<Exception>(() => TwoHundredAsync(world));
        await world.Database.ExecuteAsync("alter table digest.moved rename to newsletters");

        (await GetAsync(world)).Template.ShouldBeSameAs(frozen.Template);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static ValueTask<FrozenIssue> GetAsync(LedgerWorld world) => world.Get<FrozenIssues>().GetAsync(ClaimOf(world), Cancellation);

    private static Task<FrozenIssue[]> TwoHundredAsync(LedgerWorld world) =>
        Task.WhenAll(Enumerable.Range(0, 200).Select(_ => GetAsync(world).AsTask()));

    private static Claim ClaimOf(LedgerWorld world) => new(
        new LedgerKey(LedgerKind.Delivery, world.Issue.Id, world.Readers[0].Id), "", world.Newsletter.Id,
        world.Readers[0].Address, world.Readers[0].AddressKey, TokenVersion: 1, Attempts: 0);
}
