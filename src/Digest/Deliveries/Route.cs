using Digest.Smtp;

namespace Digest.Deliveries;

/// <summary>A relay as one worker uses it: its lanes, what they work through, and what stands in their way.</summary>
public sealed class Route(
    Relay relay, RelayCircuit circuit, RelayWatch watch, RelayHolds holds, ClaimQueue queue, LostClaims lost, SettlementRules rules) : IDisposable
{
    /// <summary>A relay that has claims and has finished none for so long does not hold up the others.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Between two looks no more is counted: a machine that slept says nothing of a relay.</summary>
    private static readonly TimeSpan LongestLook = Patience / 2;

    private readonly Lock regulating = new();
    private long claimed;
    private long done;
    private TimeSpan still;
    private DateTimeOffset lookedAt;
    private DateTimeOffset knownHold;
    private int issue;

    public Relay Relay { get; } = relay;

    public string Name => Relay.Name;

    public ClaimQueue Queue { get; } = queue;

    public SettlementRules Rules { get; } = rules;

    /// <summary>Of the budgets, what claims that were given back leave.</summary>
    public UnusedBudget Unused { get; } = new();

    /// <summary>Claims that no lane will take.</summary>
    public LostClaims Lost { get; } = lost;

    public LaneGate Gate { get; } = new(relay.Settings.Connections);

    /// <summary>Connections that all workers together may have with the relay now; none where nothing limits them.</summary>
    public int? ConnectionsInAll => (Relay.Settings.ConnectionsInAll, circuit.ConnectionsInAll) switch
    {
        ({ } allowed, { } held) => Math.Min(allowed, held),
        var (allowed, held) => allowed ?? held,
    };

    /// <summary>Those of <see cref="ConnectionsInAll"/> that this worker holds.</summary>
    public int Slots { get; set; } = relay.Settings.ConnectionsInAll is null ? int.MaxValue : 0;

    /// <summary>The warm-up leaves nothing for today, as of the last look.</summary>
    public bool IsSpentToday { get; set; }

    /// <summary>The last claim got less than it asked for, as of the last look.</summary>
    public bool IsShort { get; set; }

    /// <summary>When rows were last claimed for it.</summary>
    public DateTimeOffset LastClaimAt { get; set; }

    /// <summary>What it was given, by its weight; only the difference to another relay's means anything.</summary>
    public double Share { get; private set; }

    /// <summary>It has claims and has finished none of them for longer than its patience, as of the last look.</summary>
    public bool IsStalled { get; private set; }

    /// <summary>Mail may go this way; if not, relays of a higher number take it.</summary>
    public bool IsAvailable => circuit.IsClosed && !IsSpentToday && !IsStalled;

    /// <summary>The worker's other routes.</summary>
    public IReadOnlyList<Route> Others { get; set; } = [];

    /// <summary>What this relay does not take can go another way, on a connection of this worker's.</summary>
    public bool HasAnother => Others.Any(other => other is { IsAvailable: true, Gate.Open: > 0 });

    /// <summary>It stands still and another does not: that one takes what no lane has begun, and what is yet to be claimed.</summary>
    public bool StepsAside => IsStalled && HasAnother;

    /// <summary>Whether a message may be begun now.</summary>
    public bool MayTry => circuit.MayTry;

    /// <summary>Rows that may be claimed for it.</summary>
    public int Room => Gate.Open == 0 ? 0 : circuit.Allowance(Queue.Free, Queue.Outstanding);

    /// <summary>Opens as many lanes as the relay, the other workers and the settings allow.</summary>
    public void Regulate()
    {
        // Whoever comes last has seen the latest of both.
        lock (regulating)
        {
            Gate.Set(Math.Min(circuit.Connections, Slots));
        }
    }

    /// <summary>Takes note of what the relay said.</summary>
    /// <returns>The same outcome.</returns>
    public async Task<SmtpOutcome> RecordAsync(SmtpOutcome outcome)
    {
        var change = circuit.Record(outcome);
        if (change is CircuitChange.Held or CircuitChange.Slowed)
        {
            Regulate();
        }

        if (change == CircuitChange.Held)
        {
            AwaitShare();
            await holds.TellAsync(this);
        }

        await watch.TellAsync(change, outcome);
        return outcome;
    }

    /// <summary>This worker holds already what it told the others to.</summary>
    /// <param name="until">By the database's clock, which names the hold.</param>
    public void KnowHold(DateTimeOffset until)
    {
        lock (regulating)
        {
            knownHold = until > knownHold ? until : knownHold;
        }
    }

    /// <summary>Sends nothing for a while, as another worker was told; of each hold once.</summary>
    /// <param name="until">As in <see cref="KnowHold"/>.</param>
    /// <param name="left">How long that is.</param>
    public void Hold(DateTimeOffset until, TimeSpan left)
    {
        lock (regulating)
        {
            if (until <= knownHold)
            {
                return;
            }
        }

        KnowHold(until);
        circuit.Hold(left);
        AwaitShare();
    }

    /// <summary>No connection until it is known how many of <see cref="ConnectionsInAll"/> are this worker's.</summary>
    private void AwaitShare()
    {
        Slots = 0;
        Regulate();
    }

    /// <summary>See <see cref="RelayCircuit.HeldUntil"/>.</summary>
    public DateTimeOffset? HeldUntil => circuit.HeldUntil;

    /// <summary>See <see cref="RelayCircuit.EndHold"/>.</summary>
    public void EndHold(DateTimeOffset? until) => circuit.EndHold(until);

    /// <summary>Where a claim begins among so many issues as there are, so that a limit of one message at a time serves all of them.</summary>
    public int NextIssue() => issue = issue == int.MaxValue ? 0 : issue + 1;

    /// <summary>Hands claims to the lanes.</summary>
    public void Add(IReadOnlyList<Claim> claims)
    {
        claimed += claims.Count;
        Share += claims.Count(claim => claim.OfShare) / (double)Relay.Settings.Weight;
        Queue.Add(claims);
    }

    /// <summary>A claim that is taken back from the queue, and that its relay has not finished: it stands as still as before.</summary>
    public void TakeBack(Claim claim)
    {
        claimed--;
        Share -= claim.OfShare ? 1.0 / Relay.Settings.Weight : 0;
        Queue.Done();
    }

    /// <summary>Whoever could not take its share is not owed it later.</summary>
    public void Forgive(double share) => Share = Math.Max(Share, share);

    /// <summary>Looks whether its claims move.</summary>
    public void Look(DateTimeOffset now)
    {
        if (Gate.Open == 0)
        {
            // It could never probe, and would know for ever what was true once.
            circuit.EndOldHold();
        }

        var outstanding = Queue.Outstanding;
        if (outstanding == 0 || claimed - outstanding != done)
        {
            (done, still) = (claimed - outstanding, TimeSpan.Zero);
        }
        else
        {
            still += now - lookedAt < LongestLook ? now - lookedAt : LongestLook;
        }

        lookedAt = now;
        IsStalled = still > Patience;
    }

    /// <summary>The database was away: whatever stood still may have waited for it and not for the relay.</summary>
    public void Excuse() => still = TimeSpan.Zero;

    public void Dispose() => Queue.Dispose();
}
