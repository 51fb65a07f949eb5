using Digest.Subscribers;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Subscribers;

public sealed class UnsubscribeTests : Readers
{
    private const string Key = "reader-1@example.com";

    [Fact]
    public async Task B4_Leaving_twice_is_one_change()
    {
        await Database.SubscribersAsync(Newsletter.Id, 2);
        var link = await LinkAsync(TokenPurpose.Unsubscribe, Key);

        (await LeaveAsync(link)).ShouldBe(UnsubscribeResult.Unsubscribed);
        Time.Advance(TimeSpan.FromHours(1));
        (await LeaveAsync(link)).ShouldBe(UnsubscribeResult.AlreadyUnsubscribed);

        var reader = await ReaderAsync(Key);
        reader.State.ShouldBe(SubscriberState.Unsubscribed);
        reader.UnsubscribedAt.ShouldBe(Start);
        (await EvidenceAsync(Key)).ShouldBe([ConsentKind.Unsubscribed]);
        (await ReaderAsync("reader-2@example.com")).State.ShouldBe(SubscriberState.Confirmed);
    }

    [Theory]
    [InlineData(31)]
    [InlineData(61)]
    [InlineData(3650)]
    public async Task H3_A_link_to_leave_never_expires(int days)
    {
        await Database.SubscribersAsync(Newsletter.Id, 1);
        var link = await LinkAsync(TokenPurpose.Unsubscribe, Key);
        Time.Advance(TimeSpan.FromDays(days));

        (await LeaveAsync(link)).ShouldBe(UnsubscribeResult.Unsubscribed);
    }

    [Fact]
    public async Task H1_A_link_for_another_purpose_unsubscribes_nobody()
    {
        await Database.SubscribersAsync(Newsletter.Id, 1);

        (await LeaveAsync(await LinkAsync(TokenPurpose.Preferences, Key))).ShouldBe(UnsubscribeResult.Unknown);
        (await LeaveAsync(await LinkAsync(TokenPurpose.Confirm, Key))).ShouldBe(UnsubscribeResult.Unknown);
        (await ReaderAsync(Key)).State.ShouldBe(SubscriberState.Confirmed);
    }

    [Fact]
    public async Task A_link_with_a_stale_version_is_unknown()
    {
        await Database.SubscribersAsync(Newsletter.Id, 1);
        var link = await LinkAsync(TokenPurpose.Unsubscribe, Key);
        await Database.ExecuteAsync("update digest.subscribers set token_version = token_version + 1");

        (await LeaveAsync(link)).ShouldBe(UnsubscribeResult.Unknown);
        (await ReaderAsync(Key)).State.ShouldBe(SubscriberState.Confirmed);
    }

    [Fact]
    public async Task Somebody_who_never_confirmed_can_say_no()
    {
        await SignUpAsync();
        var confirmation = await ConfirmationAsync();
        Time.Advance(TimeSpan.FromMinutes(1));

        (await LeaveAsync(await LinkAsync(TokenPurpose.Unsubscribe))).ShouldBe(UnsubscribeResult.Unsubscribed);
        (await Get<ConfirmSubscription>().RunAsync(confirmation, null, Cancel)).ShouldBe(ConfirmResult.Expired);
    }

    [Fact]
    public async Task Coming_back_by_the_old_link_is_a_fresh_double_opt_in_at_once()
    {
        await SignUpAsync();
        await Get<ConfirmSubscription>().RunAsync(await ConfirmationAsync(), null, Cancel);
        Time.Advance(TimeSpan.FromMinutes(5));
        var link = await LinkAsync(TokenPurpose.Unsubscribe);
        await LeaveAsync(link);
        Time.Advance(TimeSpan.FromMinutes(1));

        (await Get<Subscribe>().ReturnAsync(link, "unsubscribe page", null, Cancel)).ShouldBeTrue();
        Time.Advance(TimeSpan.FromMinutes(1));
        (await Get<Subscribe>().ReturnAsync(link, "unsubscribe page", null, Cancel)).ShouldBeTrue();

        (await ReaderAsync()).State.ShouldBe(SubscriberState.Pending);
        (await CountAsync("notices where kind = 'confirmation'")).ShouldBe(2, "one for the first time, one for coming back");
        (await Get<ConfirmSubscription>().RunAsync(await ConfirmationAsync(), null, Cancel)).ShouldBe(ConfirmResult.Confirmed);
    }

    [Fact]
    public async Task Nobody_comes_back_by_a_link_that_is_not_ours()
    {
        await Database.SubscribersAsync(Newsletter.Id, 1, SubscriberState.Unsubscribed);

        (await Get<Subscribe>().ReturnAsync("nonsense", "unsubscribe page", null, Cancel)).ShouldBeFalse();
        (await CountAsync("notices")).ShouldBe(0);
    }

    private Task<UnsubscribeResult> LeaveAsync(string link) => Get<Unsubscribe>().RunAsync(link, "one-click", null, Cancel);
}
