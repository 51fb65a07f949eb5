using Digest.Feedback;
using Digest.Subscribers;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Digest.Tests.Feedback;

public sealed class TakeStampsTests
{
    private const string Form = "/signal/stories/keys/take";

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_stamp_is_the_same_for_all_who_are_shown_the_form_in_one_second()
    {
        Stamps(1).Create(Form).ShouldBe(Stamps(1).Create(Form));
        Stamps(1).Create(Form).ShouldMatch("^1795507200-[A-Za-z0-9_-]{22}$");
        TakeStamps.ShownAt(Stamps(1).Create(Form)).ShouldBe(time.GetUtcNow());
    }

    [Fact]
    public void A_new_key_signs_and_the_old_one_still_verifies()
    {
        var old = Stamps(1).Create(Form);
        time.Advance(TimeSpan.FromMinutes(1));

        Stamps(2, 1).Judge(Form, old).ShouldBe(StampState.Good);
        Stamps(2).Judge(Form, old).ShouldBe(StampState.TooOld);
    }

    [Fact]
    public void No_sign_of_it_may_be_another()
    {
        var stamp = Stamps(1).Create(Form);
        time.Advance(TimeSpan.FromMinutes(1));
        Stamps(1).Judge(Form, stamp).ShouldBe(StampState.Good);

        for (var place = 0; place < stamp.Length; place++)
        {
            // The last sign of 22 carries two bits: another with the same two is not taken either.
            var forged = stamp[..place] + (stamp[place] == 'A' ? 'B' : 'A') + stamp[(place + 1)..];
            Stamps(1).Judge(Form, forged).ShouldBe(StampState.TooOld, forged);
        }

        Stamps(1).Judge(Form, stamp + "A").ShouldBe(StampState.TooOld);
        Stamps(1).Judge("/signal/stories/locks/take", stamp).ShouldBe(StampState.TooOld);
    }

    [Fact]
    public void A_stamp_of_the_future_is_too_fast()
    {
        var stamp = Stamps(1).Create(Form);
        var behind = new TakeStamps(Settings(1), new FakeTimeProvider(time.GetUtcNow().AddSeconds(-30)));

        behind.Judge(Form, stamp).ShouldBe(StampState.TooFast);
    }

    private TakeStamps Stamps(params byte[] keys) => new(Settings(keys), time);

    private static IOptions<TokenSettings> Settings(params byte[] keys) => Options.Create(new TokenSettings
    {
        Keys = [.. keys.Select(key => new TokenKey { Id = $"{key}", Secret = Convert.ToBase64String(Enumerable.Repeat(key, 32).ToArray()) })],
    });
}
