using CsCheck;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Newsletters;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>When an issue will be over, and what holds it.</summary>
public sealed class ForecastRulesTests
{
    /// <summary>Eight o'clock in Berlin.</summary>
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 7, 0, 0, TimeSpan.Zero);

    private static readonly ForecastRules Rules = new(new LocalClock(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")));

    private static readonly RunFacts Running = new()
    {
        Now = Now,
        State = IssueState.Sending,
        Waves = [(Now.AddMinutes(-10), 6000)],
        Deferred = 0,
        Workers = 1,
        PerMinute = 600,
        OtherIssues = 0,
        FinishBy = Now.AddMinutes(30),
    };

    public static TheoryData<string, RunFacts, double?, bool?, string> Cases() => new()
    {
        { "as fast as measured", Running, 10, true, "The relays take 600 a minute." },
        { "too slow", Running with { PerMinute = 100 }, 60, false, "The relays take 100 a minute." },
        { "slowed down", Running with { Limit = 300 }, 20, true, "It is slowed down to 300 a minute." },
        { "a limit that is not reached", Running with { Limit = 900 }, 10, true, "The relays take 600 a minute." },
        { "beside another", Running with { OtherIssues = 1 }, 20, true, "The relays take 600 a minute, of 2 issues." },
        { "paused", Running with { State = IssueState.Paused }, 10, null, "It is paused." },
        { "no worker", Running with { Workers = 0, PerMinute = 0 }, 0, null, "No worker is running." },
        { "just begun", Running with { Waves = [(Now.AddSeconds(-20), 6000)], PerMinute = 40 }, 0, null, "How fast it goes is not known yet." },
        { "just begun, slowed down", Running with { Waves = [(Now.AddSeconds(-20), 6000)], Limit = 100 }, 60, false, "It is slowed down to 100 a minute." },
        { "nothing taken", Running with { PerMinute = 0 }, 0, null, "The relays took nothing in the last minute." },
        { "canary", Running with { CanaryUntil = Now.AddMinutes(5), Waves = [(Now.AddMinutes(5), 6000)] }, 5, null, "It waits for its canary, until Mon 08:05." },
        { "canary without outcome", Running with { CanaryUntil = Now.AddMinutes(-5) }, 10, null, "It waits for its canary, whose mails have no outcome yet." },
        { "last wave", Running with { Waves = [(Now.AddMinutes(-2), 60), (Now.AddHours(10), 600)] }, 601, false, "It waits for its last readers' hour, Mon 18:00." },
        { "waves that run into each other", Running with { Waves = [(Now.AddMinutes(-2), 6000), (Now.AddMinutes(5), 600)] }, 11, true, "The relays take 600 a minute." },
        { "only deferred", Running with { Waves = [], Deferred = 4, NextRetryAt = Now.AddMinutes(12) }, null, null, "Everybody was tried; 4 wait for another try, the next at Mon 08:12." },
        { "warmed up", Running with { DayShares = [2000, 2800, 9000] }, 2460 + 2, false, "The relays are being warmed up and take 2000 more until Tue 01:00." },
        { "warmed up beside another", Running with { DayShares = [6000, 9000], OtherIssues = 1 }, 1020 + 10, false, "The relays are being warmed up and take 6000 more until Tue 01:00." },
        { "nothing left for today", Running with { DayShares = [0], PerMinute = 0 }, 1020, false, "The relays are being warmed up and take 0 more until Tue 01:00." },
        { "warmed up enough", Running with { DayShares = [6000] }, 10, true, "The relays take 600 a minute." },
        { "warmed up, and the last wave waits longer", Running with { DayShares = [5000], Waves = [(Now.AddMinutes(-10), 6000), (Now.AddHours(30), 600)] }, 1801, false, "It waits for its last readers' hour, Tue 14:00." },
        { "nothing taken, and what was tried waits", Running with { PerMinute = 0, PutOff = Put(30, 6) }, 0.1, null, "The relays took nothing in the last minute; 30 wait for another try." },
        { "nothing taken, all of it waits", Running with { Waves = [], PerMinute = 0, PutOff = Put(1, 6) }, 0.1, null, "The relays took nothing in the last minute; 1 waits for another try." },
        { "nothing taken, under a limit", Running with { PerMinute = 0, Limit = 600, RelayLimit = 600 }, 10, null, "The relays took nothing in the last minute." },
        { "nothing taken, a later wave", Running with { PerMinute = 0, Waves = [(Now.AddMinutes(-2), 60), (Now.AddHours(10), 600)] }, 600, false, "The relays took nothing in the last minute." },
        { "one a minute says nothing of a minute", Running with { PerMinute = 0, Limit = 1, Waves = [(Now.AddMinutes(-2), 20)] }, 20, null, "It is slowed down to 1 a minute." },
        { "just begun, connections lost", Running with { Waves = [], PerMinute = 0, PutOff = Put(3, 6) with { FirstDueAt = Now.AddSeconds(-20) } }, 0.1, null, "How fast it goes is not known yet; 3 wait for another try." },
        { "a worker just started", Running with { PerMinute = 0, WorkersSince = Now.AddSeconds(-20), RelayLimit = 600 }, 10, null, "The relays' limit is 600 a minute." },
        { "a worker just started, some sent", Running with { PerMinute = 40, WorkersSince = Now.AddSeconds(-20) }, 0, null, "How fast it goes is not known yet." },
        { "told to wait", Running with { Waves = [], PutOff = Put(30, 720) }, 12, true, "30 wait for another try, until Mon 08:12." },
        { "just begun, a relay's limit", Running with { Waves = [(Now.AddSeconds(-1), 6000)], PerMinute = 0, RelayLimit = 60 }, 100, false, "The relays' limit is 60 a minute." },
        { "a relay's limit beside another issue", Running with { Waves = [(Now.AddSeconds(-1), 600)], PerMinute = 0, RelayLimit = 60, OtherIssues = 1 }, 20, null, "The relays' limit is 60 a minute, of 2 issues." },
        { "a relay's limit, reached", Running with { RelayLimit = 610 }, 10, true, "The relays take 600 a minute, which is their limit." },
        { "a relay's limit, not reached", Running with { RelayLimit = 6000 }, 10, true, "The relays take 600 a minute." },
        { "a relay's limit, and others stand in", Running with { RelayLimit = 60 }, 10, true, "The relays take 600 a minute." },
        { "slowed down below a relay's limit", Running with { Limit = 300, RelayLimit = 700, PerMinute = 295 }, 6000 / 295.0, true, "It is slowed down to 300 a minute." },
        { "a domain decides", Running with { Domains = [Pace(1, 60)] }, 60, false, "example.com takes 1 a minute; 60 are left for it." },
        { "a domain that is through sooner", Running with { Domains = [Pace(100, 300)] }, 10.5, true, "The relays take 600 a minute." },
        { "the slowest of two domains", Running with { Domains = [Pace(10, 60), Pace(1, 20) with { Domain = "example.org" }] }, 20, true, "example.org takes 1 a minute; 20 are left for it." },
        { "only a domain is left", Running with { Waves = [], PerMinute = 1, Domains = [Pace(1, 60)] }, 60, false, "example.com takes 1 a minute; 60 are left for it." },
        { "only a domain is left, in time", Running with { Waves = [], PerMinute = 3, Domains = [Pace(3, 60)] }, 20, true, "example.com takes 3 a minute; 60 are left for it." },
        { "only a domain is left, its pace not seen yet", Running with { Waves = [], PerMinute = 0, Domains = [Pace(3, 60)] }, 20, null, "example.com takes 3 a minute; 60 are left for it." },
        { "a domain beside another issue", Running with { OtherIssues = 1, Domains = [Pace(10, 300)] }, 60, false, "example.com takes 10 a minute, of 2 issues; 300 are left for it." },
        { "a domain that is booked out", Running with { Waves = [], PerMinute = 1, Domains = [Pace(1, 1, 7200)] }, 120, false, "example.com takes 1 a minute; 1 is left for it." },
        { "a domain's turns that nobody saw to", Running with { Waves = [], PerMinute = 0, Domains = [Pace(1, 60, -100)] }, 60, false, "The relays took nothing in the last minute." },
        { "a domain's connections", Running with { Waves = [], PerMinute = 6, Domains = [new("example.com", new() { Connections = 1 }, [], Put(60, 5))] }, 10, true, "All that is left goes to example.com, which takes 1 at once." },
        { "a domain after the last wave", Running with { Waves = [(Now.AddHours(1), 600)], Domains = [Pace(1, 0) with { PutOff = null, Waves = [(Now.AddHours(1), 300)] }] }, 360, false, "example.com takes 1 a minute; 300 are left for it." },
        { "a wave that is waited for longer than a domain", Running with { Waves = [(Now.AddHours(1), 600)], Domains = [Pace(1, 0) with { PutOff = null, Waves = [(Now.AddHours(1), 30)] }] }, 90, false, "It waits for its last readers' hour, Mon 09:00." },
        { "a domain and no worker", Running with { Workers = 0, PerMinute = 0, Domains = [Pace(1, 60)] }, 60, false, "No worker is running." },
        { "nobody asked", Running with { FinishBy = null }, 10, null, "The relays take 600 a minute." },
    };

    /// <summary>Due ten minutes ago, and again in so many seconds.</summary>
    private static PutOff Put(int count, int seconds) => new(count, Now.AddMinutes(-10), Now.AddSeconds(seconds), Now.AddSeconds(seconds));

    private static DomainRows Pace(int perMinute, int count, int seconds = 20) =>
        new("example.com", new DomainLimit { MessagesPerMinute = perMinute }, [], Put(count, seconds));

    [Theory, MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void What_holds_it_and_how_long(string when, RunFacts facts, double? minutes, bool? makesIt, string bottleneck)
    {
        var forecast = Rules.Of(facts).ShouldNotBeNull(when);

        forecast.Bottleneck.ShouldBe(bottleneck, when);
        forecast.FinishesAt.ShouldBe(minutes is { } left ? Now.AddMinutes(left) : null, when);
        forecast.MakesIt.ShouldBe(makesIt, when);
    }

    [Theory]
    [InlineData(IssueState.Approved)]
    [InlineData(IssueState.Sent)]
    [InlineData(IssueState.Cancelled)]
    public void An_issue_that_is_not_on_its_way_has_none(IssueState state) => Rules.Of(Running with { State = state }).ShouldBeNull();

    [Fact]
    public void It_never_ends_before_its_last_wave_nor_sooner_with_more_to_send_or_a_lower_speed()
    {
        var wave = Gen.Select(Gen.Int[-120, 600], Gen.Int[1, 5000], (minutes, count) => (DueAt: Now.AddMinutes(minutes), Count: count));

        Gen.Select(wave.Array[1, 12], Gen.Int[1, 2000], Gen.Int[1, 2000]).Sample((waves, speed, more) =>
        {
            var facts = Running with { Waves = [.. waves.OrderBy(w => w.DueAt)], PerMinute = speed };
            var at = Rules.Of(facts)!.FinishesAt!.Value;

            at.ShouldBeGreaterThanOrEqualTo(Now);
            at.ShouldBeGreaterThanOrEqualTo(facts.Waves[^1].DueAt);
            Rules.Of(facts with { Waves = [.. facts.Waves, (facts.Waves[^1].DueAt, more)] })!.FinishesAt!.Value.ShouldBeGreaterThanOrEqualTo(at);
            // By a limit: a lower measured speed may be one that nobody was busy for, and then says nothing.
            Rules.Of(facts with { Limit = Math.Max(1, speed / 2) })!.FinishesAt!.Value.ShouldBeGreaterThanOrEqualTo(at);
        });
    }

    [Fact]
    public void A_warm_up_never_makes_it_sooner_and_a_smaller_one_not_sooner_than_a_larger()
    {
        var wave = Gen.Select(Gen.Int[-120, 3000], Gen.Int[1, 5000], (minutes, count) => (DueAt: Now.AddMinutes(minutes), Count: count));

        Gen.Select(wave.Array[1, 6], Gen.Int[10, 2000], Gen.Int[0, 4000].Array[1, 6], Gen.Int[0, 5]).Sample((waves, speed, shares, day) =>
        {
            var facts = Running with { Waves = [.. waves.OrderBy(w => w.DueAt)], PerMinute = speed };
            var warmed = facts with { DayShares = shares };
            var less = facts with { DayShares = [.. shares.Select((share, at) => at == day % shares.Length ? share / 2 : share)] };

            var at = Rules.Of(warmed)!.FinishesAt!.Value;
            at.ShouldBeGreaterThanOrEqualTo(Rules.Of(facts)!.FinishesAt!.Value);
            Rules.Of(less)!.FinishesAt!.Value.ShouldBeGreaterThanOrEqualTo(at);
        });
    }
}
