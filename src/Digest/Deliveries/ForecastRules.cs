using System.Globalization;
using Digest.Issues;
using Digest.Newsletters;

namespace Digest.Deliveries;

/// <summary>From what is left and how fast it goes to when it is over and what holds it.</summary>
/// <param name="clock">The newsletter's, for the sentences.</param>
public sealed class ForecastRules(LocalClock clock)
{
    /// <summary>
    /// The speed of the last minute is that of the relays only if there was something to send all the time. Longer than a
    /// minute, as each worker says it with its heartbeat.
    /// </summary>
    private static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(75);

    /// <returns>None for an issue that is not on its way.</returns>
    public Forecast? Of(RunFacts facts)
    {
        if (facts.State is not (IssueState.Sending or IssueState.Paused))
        {
            return null;
        }

        var left = facts.Waves.Sum(wave => wave.Count);
        var (speed, isMeasured) = SpeedOf(facts);
        var (finishesAt, waitsForLast, isHeld) = Finish(facts, speed);
        var stopped = Stopped(facts);
        return left == 0
            ? new Forecast(0, facts.Deferred, speed, null, AtTheEarliest: false, facts.FinishBy, OnlyDeferred(facts))
            : new Forecast(
                left, facts.Deferred, speed, finishesAt, AtTheEarliest: stopped is not null || !isMeasured, facts.FinishBy,
                stopped
                    ?? (isHeld ? WarmingUp(facts)
                    : waitsForLast ? $"It waits for its last readers' hour, {Local(facts.Waves[^1].DueAt)}."
                    : Slowest(facts, speed)));
    }

    /// <summary>A limit that nobody has come up against yet is a speed at the most.</summary>
    private static (int? PerMinute, bool IsMeasured) SpeedOf(RunFacts facts)
    {
        var wasBusy = facts.Waves.Count > 0 && facts.Waves[0].DueAt <= facts.Now - BusyFor;
        int? measured = wasBusy && facts.PerMinute > 0 ? Math.Max(1, facts.PerMinute / (1 + facts.OtherIssues)) : null;
        return (measured is null || facts.Limit < measured ? facts.Limit : measured, measured is not null);
    }

    /// <summary>Each wave begins when it is due and the one before is through; what a day has no share left for goes out on the next.</summary>
    private static (DateTimeOffset At, bool WaitsForLast, bool IsHeld) Finish(RunFacts facts, int? speed)
    {
        var (at, waits, isHeld) = (facts.Now, false, false);
        int[] shares = [.. facts.DayShares.Select(share => share / (1 + facts.OtherIssues))];
        foreach (var (dueAt, count) in facts.Waves)
        {
            waits = dueAt > at;
            at = waits ? dueAt : at;
            isHeld &= !waits;
            for (var left = count; left > 0;)
            {
                var day = (at.UtcDateTime.Date - facts.Now.UtcDateTime.Date).Days;
                var sent = day < shares.Length ? Math.Min(left, shares[day]) : left;
                left -= sent;
                at += speed is { } perMinute ? TimeSpan.FromMinutes((double)sent / perMinute) : TimeSpan.Zero;
                if (left > 0)
                {
                    shares[day] = 0;
                    isHeld = true;
                    at = Later(at, Midnight(facts.Now, day));
                }
                else if (day < shares.Length)
                {
                    shares[day] -= sent;
                }
            }
        }

        return (at, waits, isHeld);
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    /// <summary>The end of a day, counted from that of now.</summary>
    private static DateTimeOffset Midnight(DateTimeOffset now, int day) => new(now.UtcDateTime.Date.AddDays(day + 1), TimeSpan.Zero);

    private string? Stopped(RunFacts facts) =>
        facts.State == IssueState.Paused ? "It is paused."
        : facts.Workers == 0 ? "No worker is running."
        : facts.CanaryUntil is not { } until ? null
        : until > facts.Now ? $"It waits for its canary, until {Local(until)}."
        : "It waits for its canary, whose mails have no outcome yet.";

    private string WarmingUp(RunFacts facts) => string.Create(
        CultureInfo.InvariantCulture, $"The relays are being warmed up and take {facts.DayShares[0]} more until {Local(Midnight(facts.Now, 0))}.");

    private static string Slowest(RunFacts facts, int? speed) =>
        speed is null
            ? facts.PerMinute == 0 && facts.Waves[0].DueAt <= facts.Now - BusyFor
                ? "The relays took nothing in the last minute."
                : "How fast it goes is not known yet."
        : facts.Limit == speed ? string.Create(CultureInfo.InvariantCulture, $"It is slowed down to {speed} a minute.")
        : facts.OtherIssues == 0 ? string.Create(CultureInfo.InvariantCulture, $"The relays take {speed} a minute.")
        : string.Create(CultureInfo.InvariantCulture, $"The relays take {facts.PerMinute} a minute, of {1 + facts.OtherIssues} issues.");

    private string OnlyDeferred(RunFacts facts) => facts is { Deferred: > 0, NextRetryAt: { } next }
        ? string.Create(CultureInfo.InvariantCulture, $"Everybody was tried; {facts.Deferred} were put off by their servers and are tried again from {Local(next)}.")
        : "Everybody was tried.";

    private string Local(DateTimeOffset instant) => clock.Show(instant).ToString("ddd HH:mm", CultureInfo.InvariantCulture);
}
