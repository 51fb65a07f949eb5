using Digest.Issues;

namespace Digest.Deliveries;

/// <summary>Rows that nobody tried and that are due again later: a connection was lost, or a domain took no more.</summary>
/// <param name="Count">How many.</param>
/// <param name="FirstDueAt">When the first of them was due before it was put off.</param>
/// <param name="NextAt">When the first of them is due now.</param>
/// <param name="LastAt">When the last of them is.</param>
public sealed record PutOff(int Count, DateTimeOffset FirstDueAt, DateTimeOffset NextAt, DateTimeOffset LastAt);

/// <summary>Rows to be tried for the first time that go to one recipient domain with a limit.</summary>
/// <param name="Domain">Its name.</param>
/// <param name="Limit">What it takes, of all issues.</param>
/// <param name="Waves">By when they first are due, earliest first; those under way are due.</param>
/// <param name="PutOff">Those that wait for their turn; none when nothing does.</param>
public sealed record DomainRows(string Domain, DomainLimit Limit, IReadOnlyList<(DateTimeOffset DueAt, int Count)> Waves, PutOff? PutOff)
{
    public int Count => Waves.Sum(wave => wave.Count) + (PutOff?.Count ?? 0);
}

/// <summary>What is left of an issue at one instant, and what it is sent with.</summary>
public sealed record RunFacts
{
    public required DateTimeOffset Now { get; init; }

    public required IssueState State { get; init; }

    /// <summary>
    /// Rows to be tried for the first time, by when they first are due, earliest first; those under way are due. Without those
    /// that were put off, and without those of <see cref="Domains"/>.
    /// </summary>
    public required IReadOnlyList<(DateTimeOffset DueAt, int Count)> Waves { get; init; }

    /// <summary>What of the rows of no limited domain came back without a try and waits for another; none when nothing does.</summary>
    public PutOff? PutOff { get; init; }

    /// <summary>What is left for recipient domains that have a limit of their own.</summary>
    public IReadOnlyList<DomainRows> Domains { get; init; } = [];

    /// <summary>Rows in the state deferred.</summary>
    public required int Deferred { get; init; }

    /// <summary>When the first of these is tried again.</summary>
    public DateTimeOffset? NextRetryAt { get; init; }

    /// <summary>Until when only the canary goes out; none without one, and after its verdict.</summary>
    public DateTimeOffset? CanaryUntil { get; init; }

    public DateTimeOffset? FinishBy { get; init; }

    /// <summary>The operator's own limit, in messages a minute.</summary>
    public int? Limit { get; init; }

    /// <summary>What the relays' settings allow to all issues together, in messages a minute; none without a limit, or where the settings are not known.</summary>
    public int? RelayLimit { get; init; }

    /// <summary>Workers whose heartbeat is fresh.</summary>
    public required int Workers { get; init; }

    /// <summary>When the first of these started; before that nothing could be sent.</summary>
    public DateTimeOffset WorkersSince { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Readers whom they tried for the first time in the last minute, of whatever issue.</summary>
    public required int PerMinute { get; init; }

    /// <summary>
    /// Messages that the relays' warm-ups leave for today and allow on each day after it (UTC), to all issues together; after the
    /// last of these days, or with none, there is no such limit.
    /// </summary>
    public IReadOnlyList<int> DayShares { get; init; } = [];

    /// <summary>Other issues with rows that are due.</summary>
    public required int OtherIssues { get; init; }
}

/// <summary>
/// When everybody will have been tried once, computed anew each time it is asked for. What is deferred is not in it:
/// when they take it is not ours to promise.
/// </summary>
/// <param name="Left">Rows to be tried for the first time.</param>
/// <param name="Deferred">Rows in that state.</param>
/// <param name="PerMinute">The speed that the forecast rests on; none when it is not known.</param>
/// <param name="FinishesAt">None when nothing is left.</param>
/// <param name="AtTheEarliest">It cannot be sooner, and how much later is not known.</param>
/// <param name="FinishBy">When it should be over, if anybody asked.</param>
/// <param name="Bottleneck">What it waits for, as one sentence.</param>
public sealed record Forecast(
    int Left, int Deferred, int? PerMinute, DateTimeOffset? FinishesAt, bool AtTheEarliest, DateTimeOffset? FinishBy, string Bottleneck)
{
    /// <summary>Whether it will be over in time; none when that cannot be said, or nobody asked.</summary>
    public bool? MakesIt => FinishBy is null || FinishesAt is null ? null
        : FinishesAt > FinishBy ? false
        : AtTheEarliest ? null : true;
}
