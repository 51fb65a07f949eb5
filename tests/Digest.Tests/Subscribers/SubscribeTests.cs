using Digest.Settings;
using Digest.Smtp;
using Digest.Subscribers;
using Digest.TestKit;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Digest.Tests.Subscribers;

public sealed class SubscribeTests : Readers
{
    [Fact]
    public async Task A_new_reader_is_pending_with_evidence_and_one_confirmation()
    {
        await Get<Subscribe>().RunAsync(
            new SubscribeRequest(Newsletter.Id, " Reader@Example.org ", "public page", "203.0.113.7", "Asia/Tokyo"), Cancel);

        var reader = await ReaderAsync();
        reader.State.ShouldBe(SubscriberState.Pending);
        reader.Address.ShouldBe("Reader@Example.org");
        reader.TimeZone.ShouldBe("Asia/Tokyo");
        reader.CreatedAt.ShouldBe(Start);
        reader.TokenVersion.ShouldBe(1);

        await using var context = Database.NewContext();
        var evidence = await context.ConsentEvents.SingleAsync(Cancel);
        evidence.Kind.ShouldBe(ConsentKind.Requested);
        evidence.At.ShouldBe(Start);
        evidence.Source.ShouldBe("public page");
        evidence.TextVersion.ShouldBe(ConsentTexts.Current.Version);
        evidence.RemoteAddress.ShouldBe("203.0.113.7");

        var notice = await context.Notices.SingleAsync(Cancel);
        notice.Kind.ShouldBe(NoticeKind.Confirmation);
        notice.State.ShouldBe(DeliveryState.Queued);
        notice.DueAt.ShouldBe(Start);
        notice.ExpiresAt.ShouldBe(Start.AddDays(2));
    }

    [Fact]
    public async Task H8_A_hundred_sign_ups_of_one_address_make_one_mail_in_the_window()
    {
        await Task.WhenAll(Enumerable.Range(0, 100).Select(number => SignUpAsync(number % 2 == 0 ? "reader@example.org" : "READER@example.org")));

        (await CountAsync("subscribers")).ShouldBe(1);
        (await CountAsync("notices")).ShouldBe(1);
        (await CountAsync("consent_events")).ShouldBe(1);

        Time.Advance(TimeSpan.FromMinutes(59));
        await SignUpAsync();
        (await CountAsync("notices")).ShouldBe(1);

        Time.Advance(TimeSpan.FromMinutes(2));
        await SignUpAsync();
        (await CountAsync("notices")).ShouldBe(2);
        (await EvidenceAsync()).ShouldBe([ConsentKind.Requested, ConsentKind.Requested]);
    }

    [Fact]
    public async Task A_confirmed_reader_gets_no_second_mail_and_stays_as_they_are()
    {
        await SignUpAsync();
        await Get<ConfirmSubscription>().RunAsync(await ConfirmationAsync(), null, Cancel);
        var before = await ReaderAsync();
        Time.Advance(TimeSpan.FromDays(30));

        await SignUpAsync("READER@example.org");

        (await ReaderAsync()).ShouldBeEquivalentTo(before);
        (await CountAsync("notices where kind = 'confirmation'")).ShouldBe(1);
        (await EvidenceAsync()).ShouldBe([ConsentKind.Requested, ConsentKind.Confirmed]);
    }

    [Fact]
    public async Task F8_Somebody_who_left_comes_back_by_a_fresh_double_opt_in_only()
    {
        await Database.SubscribersAsync(Newsletter.Id, 1, SubscriberState.Unsubscribed);

        await SignUpAsync("reader-1@example.com");

        (await ReaderAsync("reader-1@example.com")).State.ShouldBe(SubscriberState.Pending);
        (await CountAsync("notices")).ShouldBe(1);
        (await Get<ConfirmSubscription>().RunAsync(await ConfirmationAsync("reader-1@example.com"), null, Cancel)).ShouldBe(ConfirmResult.Confirmed);
        (await ReaderAsync("reader-1@example.com")).UnsubscribedAt.ShouldBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task F8_A_suppressed_address_gets_nothing_and_the_caller_learns_nothing(bool everywhere)
    {
        await SuppressAsync("reader@example.org", everywhere ? null : Newsletter.Id);

        await SignUpAsync("Reader@example.org");

        (await CountAsync("subscribers")).ShouldBe(0);
        (await CountAsync("notices")).ShouldBe(0);
        (await CountAsync("consent_events")).ShouldBe(0);
    }

    [Fact]
    public async Task A_pending_reader_whose_address_was_suppressed_is_asked_no_more()
    {
        await SignUpAsync();
        await SuppressAsync("reader@example.org", Newsletter.Id);
        Time.Advance(TimeSpan.FromDays(1));

        await SignUpAsync();

        (await CountAsync("notices")).ShouldBe(1);
    }

    [Fact]
    public async Task Each_newsletter_of_an_installation_is_subscribed_to_on_its_own()
    {
        var other = await Database.NewsletterAsync("other");
        await SuppressAsync("reader@example.org", other.Id);

        await SignUpAsync();
        await SignUpAsync(newsletterId: other.Id);

        (await ReaderAsync()).NewsletterId.ShouldBe(Newsletter.Id);
    }

    [Fact]
    public async Task What_cannot_be_mailed_to_is_refused_and_nothing_is_written()
    {
        var refused = await Should.ThrowAsync<RefusedException>(() => SignUpAsync("no address"));

        refused.Message.ShouldNotContain("no address");
        (await CountAsync("subscribers")).ShouldBe(0);
    }

    [Theory]
    [InlineData("Mars/Olympus")]
    [InlineData("W. Europe Standard Time")]
    public async Task A_zone_that_is_no_IANA_id_is_refused(string zone) => await Should.ThrowAsync<RefusedException>(() =>
        Get<Subscribe>().RunAsync(new SubscribeRequest(Newsletter.Id, "reader@example.org", "public page", null, zone), Cancel));

    private Task SuppressAsync(string key, long? newsletterId) => Database.ExecuteAsync(
        "insert into digest.suppressions (newsletter_id, address_hash, reason, created_at) values (nullif($1, 0), $2, 'complaint', $3)",
        newsletterId ?? 0, Get<AddressHash>().Of(key), Start);
}
