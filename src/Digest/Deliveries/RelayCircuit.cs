using Digest.Smtp;

namespace Digest.Deliveries;

public enum CircuitChange
{
    None,

    /// <summary>The relay cannot be reached: nothing more is claimed for a while, then one message probes.</summary>
    Opened,

    /// <summary>The relay asked to stop for now: nothing for ten minutes, then one connection, then one more at a time.</summary>
    Held,

    /// <summary>The relay has had enough connections: fewer from now on, then one more at a time.</summary>
    Slowed,

    /// <summary>The probe was answered.</summary>
    Closed,
}

/// <summary>
/// Keeps a worker from hammering a relay that does not answer (RFC 5321 section 4.5.4.1): after so many lost conversations in
/// a row it waits, longer each time, and then tries with one message. A relay that says "too fast" gets fewer connections
/// (checklist D5). Safe to share between threads.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="connections">Connections while nothing is wrong.</param>
public sealed class RelayCircuit(TimeProvider time, int connections = int.MaxValue)
{
    private const int FailuresToOpen = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private readonly ConnectionRamp ramp = new(connections);
    private int failures;
    private TimeSpan pause = FirstPause;
    private DateTimeOffset? openUntil;
    private bool isHold;

    /// <summary>Whether a message may be begun now.</summary>
    public bool MayTry
    {
        get
        {
            lock (gate)
            {
                return openUntil is null || time.GetUtcNow() >= openUntil;
            }
        }
    }

    /// <summary>The relay answers, as far as is known.</summary>
    public bool IsClosed
    {
        get
        {
            lock (gate)
            {
                return openUntil is null;
            }
        }
    }

    /// <summary>Connections that may be open now.</summary>
    public int Connections
    {
        get
        {
            lock (gate)
            {
                return ramp.At(time.GetUtcNow());
            }
        }
    }

    /// <summary>
    /// Connections that all workers together may have after a hold: one, and one more each minute (checklist D5). None when the relay
    /// never asked for one, or since <see cref="EndHold"/>.
    /// </summary>
    public int? ConnectionsInAll
    {
        get
        {
            lock (gate)
            {
                return ramp.InAllAt(time.GetUtcNow());
            }
        }
    }

    /// <summary>Until when the last hold was; none since <see cref="EndHold"/>.</summary>
    public DateTimeOffset? HeldUntil
    {
        get
        {
            lock (gate)
            {
                return ramp.HeldUntil;
            }
        }
    }

    /// <summary>All workers together have as many connections again as if there had been no hold.</summary>
    /// <param name="until">Which hold; a later one stands.</param>
    public void EndHold(DateTimeOffset? until)
    {
        lock (gate)
        {
            ramp.EndHold(until);
        }
    }

    /// <summary>A hold that is over counts as answered, where no lane of this worker may find out.</summary>
    public void EndOldHold()
    {
        lock (gate)
        {
            openUntil = isHold && time.GetUtcNow() >= openUntil ? null : openUntil;
        }
    }

    /// <summary>How many rows may be claimed: all that are free, none while open, and one as the probe afterwards.</summary>
    public int Allowance(int free, int outstanding)
    {
        lock (gate)
        {
            return openUntil is null ? free : time.GetUtcNow() >= openUntil && outstanding == 0 ? 1 : 0;
        }
    }

    /// <summary>
    /// The relay told another worker to slow down: as if it had told this one, for what is left of its hold; a longer wait of its own
    /// stands. One that is over counts still: the relay has not all its connections back.
    /// </summary>
    public void Hold(TimeSpan left)
    {
        lock (gate)
        {
            var until = time.GetUtcNow() + left;
            until = openUntil > until ? openUntil.Value : until;
            (openUntil, isHold) = left > TimeSpan.Zero ? (until, true) : (openUntil, isHold);
            ramp.Hold(until);
        }
    }

    public CircuitChange Record(SmtpOutcome outcome)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (BackOff.IsRateLimit(outcome))
            {
                (openUntil, isHold) = (now + BackOff.RateLimitPause, true);
                ramp.Hold(openUntil.Value);
                return CircuitChange.Held;
            }

            var waiting = openUntil is not null && now < openUntil;
            if (IsAnswer(outcome))
            {
                return Answered(now, waiting);
            }

            // Lanes that were still talking when the circuit opened tell nothing new. A refused login opens it at once:
            // a burst of wrong passwords locks an account.
            failures += outcome.Verdict == SmtpVerdict.OurFault ? FailuresToOpen : 1;
            if (waiting || (openUntil is null && failures < FailuresToOpen))
            {
                return outcome.Code == SmtpOutcomes.SessionEnds && !waiting && ramp.Halve(now) ? CircuitChange.Slowed : CircuitChange.None;
            }

            (openUntil, isHold) = (now + pause, false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            return CircuitChange.Opened;
        }
    }

    /// <summary>
    /// Whether the relay answered the conversation to its end. One that takes the dot and says nothing does not: all that it
    /// is given ends in doubt.
    /// </summary>
    public static bool IsAnswer(SmtpOutcome outcome) =>
        outcome.Verdict is not (SmtpVerdict.NotSent or SmtpVerdict.InDoubt) && outcome is not { Verdict: SmtpVerdict.OurFault, Stage: SmtpStage.Connect };

    private CircuitChange Answered(DateTimeOffset now, bool waiting)
    {
        failures = 0;
        if (openUntil is null || waiting)
        {
            return CircuitChange.None;
        }

        openUntil = null;
        pause = FirstPause;
        ramp.Restart(now);
        return CircuitChange.Closed;
    }
}
