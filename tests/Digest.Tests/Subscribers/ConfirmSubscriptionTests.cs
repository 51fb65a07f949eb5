using Digest.Subscribers;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Subscribers;

public sealed class ConfirmSubscriptionTests : Readers
{
    [Fact]
    public async Task H3_A_link_confirms_once_and_a_second_click_says_already_confirmed()
    {
        await SignUpAsync();
        var link = await ConfirmationAsync();
        Time.Advance(TimeSpan.FromHours(3));

        (await ConfirmAsync(link)).ShouldBe(ConfirmResult.Confirmed);
        (await ConfirmAsync(link)).ShouldBe(ConfirmResult.AlreadyConfirmed);

        var reader = await ReaderAsync();
        reader.State.ShouldBe(SubscriberState.Confirmed);
        reader.ConfirmedAt.ShouldBe(Start.AddHours(3));
        (await CountAsync("notices where kind = 'welcome' and state = 'queued'")).ShouldBe(1);
        (await EvidenceAsync()).ShouldBe([ConsentKind.Requested, ConsentKind.Confirmed]);
    }

    [Fact]
    public async Task Two_clicks_at_once_make_one_welcome()
    {
        await SignUpAsync();
        var link = await ConfirmationAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ConfirmAsync(link)));

        results.Count(result => result == ConfirmResult.Confirmed).ShouldBe(1);
        (await CountAsync("notices where kind = 'welcome'")).ShouldBe(1);
    }

    [Theory]
    [InlineData(-1, ConfirmResult.Confirmed)]
    [InlineData(0, ConfirmResult.Expired)]
    public async Task H3_A_link_lives_for_seven_days(int seconds, ConfirmResult expected)
    {
        await SignUpAsync();
        var link = await ConfirmationAsync();
        Time.Advance(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(seconds));

        (await ConfirmAsync(link)).ShouldBe(expected);
    }

    [Fact]
    public async Task H3_A_link_from_before_the_reader_left_brings_nobody_back()
    {
        await SignUpAsync();
        var old = await ConfirmationAsync();
        await ConfirmAsync(old);
        Time.Advance(TimeSpan.FromHours(2));
        await Get<Unsubscribe>().RunAsync(await LinkAsync(TokenPurpose.Unsubscribe), "one-click", null, Cancel);

        (await ConfirmAsync(old)).ShouldBe(ConfirmResult.Expired);

        Time.Advance(TimeSpan.FromHours(2));
        await SignUpAsync();
        (await ConfirmAsync(old)).ShouldBe(ConfirmResult.Expired);
        (await ReaderAsync()).State.ShouldBe(SubscriberState.Pending);
        (await ConfirmAsync(await ConfirmationAsync())).ShouldBe(ConfirmResult.Confirmed);
    }

    [Fact]
    public async Task H1_A_link_for_another_purpose_confirms_nobody()
    {
        await SignUpAsync();

        (await ConfirmAsync(await LinkAsync(TokenPurpose.Unsubscribe))).ShouldBe(ConfirmResult.Unknown);
        (await ConfirmAsync(await LinkAsync(TokenPurpose.Confirm))).ShouldBe(ConfirmResult.Unknown, "it carries no expiry");
        (await ConfirmAsync("nonsense")).ShouldBe(ConfirmResult.Unknown);
        (await ReaderAsync()).State.ShouldBe(SubscriberState.Pending);
    }

    [Fact]
    public async Task A_link_with_a_revoked_version_is_unknown()
    {
        await SignUpAsync();
        var link = await ConfirmationAsync();
        await Database.ExecuteAsync("update digest.subscribers set token_version = 2");

        (await ConfirmAsync(link)).ShouldBe(ConfirmResult.Unknown);
    }

    private Task<ConfirmResult> ConfirmAsync(string link) => Get<ConfirmSubscription>().RunAsync(link, null, Cancel);
}
