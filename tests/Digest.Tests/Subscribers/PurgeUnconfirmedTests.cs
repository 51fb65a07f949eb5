using Digest.Subscribers;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Subscribers;

public sealed class PurgeUnconfirmedTests : Readers
{
    [Fact]
    public async Task G2_A_sign_up_that_nobody_confirmed_is_forgotten_after_thirty_days()
    {
        await SignUpAsync();
        await SignUpAsync("confirmed@example.org");
        await Get<ConfirmSubscription>().RunAsync(await ConfirmationAsync("confirmed@example.org"), null, Cancel);

        Time.Advance(TimeSpan.FromDays(30));
        (await PurgeAsync()).ShouldBe(0);
        Time.Advance(TimeSpan.FromSeconds(1));
        (await PurgeAsync()).ShouldBe(1);

        (await ReaderAsync("confirmed@example.org")).State.ShouldBe(SubscriberState.Confirmed);
        (await CountAsync("subscribers")).ShouldBe(1);
        (await CountAsync("notices where kind = 'confirmation'")).ShouldBe(1);
        (await CountAsync("consent_events")).ShouldBe(2);
    }

    [Fact]
    public async Task G2_Asking_again_starts_the_thirty_days_anew()
    {
        await SignUpAsync();
        Time.Advance(TimeSpan.FromDays(20));
        await SignUpAsync();
        Time.Advance(TimeSpan.FromDays(20));

        (await PurgeAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_return_that_was_not_confirmed_leaves_the_reader_unsubscribed_with_their_evidence()
    {
        await Database.SubscribersAsync(Newsletter.Id, 1);
        await Get<Unsubscribe>().RunAsync(await LinkAsync(TokenPurpose.Unsubscribe, "reader-1@example.com"), "one-click", null, Cancel);
        Time.Advance(TimeSpan.FromDays(1));
        await SignUpAsync("reader-1@example.com");
        Time.Advance(TimeSpan.FromDays(31));

        (await PurgeAsync()).ShouldBe(0);

        var reader = await ReaderAsync("reader-1@example.com");
        reader.State.ShouldBe(SubscriberState.Unsubscribed);
        reader.UnsubscribedAt.ShouldBe(Start);
        (await EvidenceAsync("reader-1@example.com")).ShouldBe([ConsentKind.Unsubscribed, ConsentKind.Requested]);
    }

    private Task<int> PurgeAsync() => Get<PurgeUnconfirmed>().RunAsync(Cancel);
}
