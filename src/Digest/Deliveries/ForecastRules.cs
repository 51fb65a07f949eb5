using Digest.Issues;
using Digest.Newsletters;

namespace Digest.Deliveries;

/// <summary>From what is left and how fast it goes to when it is over and what holds it.</summary>
/// <param name="clock">The newsletter's, for the sentences.</param>
public sealed class ForecastRules(LocalClock clock)
{
    /// <summary>Lost connections are back within seconds; a relay that asks for quiet has minutes.</summary>
    private static readonly TimeSpan TellingWait = TimeSpan.FromMinutes(1);

    private readonly ForecastWords words = new(clock);

    public static bool IsOnItsWay(RunFacts facts) => facts.State is IssueState.Sending or IssueState.Paused;

    /// <returns>None for an issue that is not on its way.</returns>
    public Forecast? Of(RunFacts facts)
    {
        if (!IsOnItsWay(facts))
        {
            return null;
        }

        var pace = ForecastPace.Of(facts);
        var rows = Rows(facts);
        var left = rows.Sum(wave => wave.Count);
        if (left == 0)
        {
            return new Forecast(0, facts.Deferred, pace.PerMinute, null, AtTheEarliest: false, facts.FinishBy, words.OnlyDeferred(facts));
        }

        var relays = ForecastEnd.Of(
            facts.Now, rows, pace.PerMinute, [.. facts.DayShares.Select(share => share / (1 + facts.OtherIssues))]);
        var afterTries = ForecastEnd.Later(relays.At, facts.PutOff?.LastAt);
        var (domain, domainAt) = Slowest(facts);
        // A wave that is waited for longer than the domain then takes for it holds more.
        var isDomains = domainAt > afterTries && (!relays.WaitsForLast || domainAt - rows[^1].DueAt > rows[^1].DueAt - facts.Now);
        var stopped = words.Stopped(facts);
        var isKnown = pace.Measured is not null || (isDomains && IsAllItTakes(domain!, facts));
        return new Forecast(
            left, facts.Deferred, isDomains ? PaceOf(domain!, facts) : pace.PerMinute, ForecastEnd.Later(afterTries, domainAt),
            AtTheEarliest: stopped is not null || !isKnown, facts.FinishBy,
            stopped
                ?? (pace.TookNothing && facts.DayShares is not [0, ..] ? ForecastWords.TookNothing(facts)
                : isDomains ? ForecastWords.Domain(domain!, facts)
                : afterTries > relays.At && afterTries > facts.Now + TellingWait ? words.AnotherTry(facts.PutOff!)
                : relays.IsHeld ? words.WarmingUp(facts)
                : relays.WaitsForLast ? words.LastHour(rows[^1].DueAt)
                : ForecastWords.Slowest(facts, pace, left)));
    }

    /// <summary>All that the relays have to take, earliest due first; what was put off is as good as due.</summary>
    private static List<(DateTimeOffset DueAt, int Count)> Rows(RunFacts facts) =>
    [
        .. Untried(facts.Waves, facts.PutOff, facts.Now)
            .Concat(facts.Domains.SelectMany(domain => Untried(domain.Waves, domain.PutOff, facts.Now)))
            .GroupBy(wave => wave.DueAt, wave => wave.Count)
            .Select(wave => (wave.Key, wave.Sum()))
            .OrderBy(wave => wave.Key),
    ];

    private static IEnumerable<(DateTimeOffset DueAt, int Count)> Untried(
        IReadOnlyList<(DateTimeOffset DueAt, int Count)> waves, PutOff? putOff, DateTimeOffset now) =>
        putOff is null ? waves : waves.Prepend((now, putOff.Count));

    /// <returns>The domain whose pace lasts longest, and until when; none without one.</returns>
    private static (DomainRows? Domain, DateTimeOffset? At) Slowest(RunFacts facts) => facts.Domains
        .Where(domain => domain.Limit.MessagesPerMinute is not null)
        .Select(domain => ((DomainRows?)domain, (DateTimeOffset?)ForecastEnd.Later(
            ForecastEnd.Of(facts.Now, Untried(domain.Waves, domain.PutOff, facts.Now), PaceOf(domain, facts)).At, domain.PutOff?.LastAt)))
        .OrderByDescending(end => end.Item2)
        .FirstOrDefault();

    private static int PaceOf(DomainRows domain, RunFacts facts) => ForecastPace.PartOf(domain.Limit.MessagesPerMinute!.Value, facts);

    /// <summary>Whether nothing but limited domains is left, and this one gets what it takes.</summary>
    private static bool IsAllItTakes(DomainRows domain, RunFacts facts) => facts is { Waves: [], PutOff: null }
        && ForecastPace.Reaches(facts.PerMinute, domain.Limit.MessagesPerMinute!.Value);
}
