namespace Digest.Deliveries;

/// <summary>How fast an issue goes, and how that is known.</summary>
/// <param name="Measured">Readers a minute as measured; none before workers were busy for a minute, and when nothing was taken.</param>
/// <param name="OfRelays">This issue's part of what the relays allow in a minute; none without a limit.</param>
/// <param name="Slow">What the operator allows in a minute; none without a limit.</param>
/// <param name="TookNothing">There was something to send for a minute, and nobody took any of it.</param>
internal sealed record ForecastPace(int? Measured, int? OfRelays, int? Slow, bool TookNothing)
{
    /// <summary>
    /// The speed of the last minute is that of the relays only if there was something to send all the time. Longer than a
    /// minute, as each worker says it with its heartbeat.
    /// </summary>
    private static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(75);

    /// <summary>Under a limit of one a minute the last minute may be empty by chance.</summary>
    private const int TellingLimit = 2;

    /// <summary>Messages a minute that a forecast rests on; a limit that nobody has come up against yet is a speed at the most.</summary>
    public int? PerMinute => Least(Slow, Measured ?? OfRelays);

    /// <summary>Whether the operator's limit is what is felt.</summary>
    public bool IsSlowed => Slow is { } limit && limit <= (OfRelays ?? int.MaxValue) && (Measured is null || Reaches(Measured.Value, limit));

    /// <summary>Whether the relays' limit is what is felt. Relays that stand by may take more than it.</summary>
    public bool IsLimited => OfRelays is { } limit && (Measured is not { } measured || (Reaches(measured, limit) && Reaches(limit, measured)));

    public static ForecastPace Of(RunFacts facts)
    {
        int? ofRelays = facts.RelayLimit is { } limit ? PartOf(limit, facts) : null;
        var isTelling = Least(facts.Limit, ofRelays) is null or >= TellingLimit;
        var before = facts.Now - BusyFor;
        var wasThere = facts.WorkersSince <= before;
        var wasBusy = wasThere && HadRows(facts, before);
        return new(
            wasBusy && facts.PerMinute > 0 ? PartOf(facts.PerMinute, facts) : null, ofRelays, facts.Limit,
            facts.PerMinute == 0 && ((isTelling && wasBusy) || (wasThere && facts.Domains.Any(domain => IsOverdue(domain, before)))));
    }

    /// <summary>What of a speed that all issues share falls to this one.</summary>
    public static int PartOf(int perMinute, RunFacts facts) => Math.Max(1, perMinute / (1 + facts.OtherIssues));

    /// <summary>Whether a measured speed is as good as a limit: it may be cut by a heartbeat's seconds.</summary>
    public static bool Reaches(int measured, int limit) => measured >= 0.9 * limit;

    /// <summary>Of what a domain's pace holds back the workers always have too little.</summary>
    private static bool HadRows(RunFacts facts, DateTimeOffset before) => facts.Domains.Where(domain => domain.Limit.MessagesPerMinute is null)
        .SelectMany(domain => Firsts(domain.Waves, domain.PutOff?.FirstDueAt)).Concat(Firsts(facts.Waves, facts.PutOff?.FirstDueAt))
        .Any(due => due <= before);

    /// <summary>Its turn came, and nobody saw to it.</summary>
    private static bool IsOverdue(DomainRows domain, DateTimeOffset before) =>
        Firsts(domain.Waves, domain.PutOff?.NextAt).Any(due => due <= before);

    private static IEnumerable<DateTimeOffset> Firsts(IReadOnlyList<(DateTimeOffset DueAt, int Count)> waves, DateTimeOffset? putOff) =>
        waves.Take(1).Select(wave => wave.DueAt).Concat(putOff is { } due ? [due] : []);

    private static int? Least(int? one, int? other) => one is null || other < one ? other : one;
}
