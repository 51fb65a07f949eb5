using Digest.Smtp;

namespace Digest.Deliveries;

public enum CircuitChange
{
    None,

    /// <summary>The relay cannot be reached: nothing more is claimed for a while, then one message probes.</summary>
    Opened,

    /// <summary>The relay asked to slow down.</summary>
    Held,

    /// <summary>The probe was answered.</summary>
    Closed,
}

/// <summary>
/// Keeps a worker from hammering a relay that does not answer (RFC 5321 section 4.5.4.1): after so many lost conversations in
/// a row it waits, longer each time, and then tries with one message. Safe to share between threads.
/// </summary>
public sealed class RelayCircuit(TimeProvider time)
{
    private const int FailuresToOpen = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private int failures;
    private TimeSpan pause = FirstPause;
    private DateTimeOffset? openUntil;

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

    /// <summary>How many rows may be claimed: all that are free, none while open, and one as the probe afterwards.</summary>
    public int Allowance(int free, int outstanding)
    {
        lock (gate)
        {
            return openUntil is null ? free : time.GetUtcNow() >= openUntil && outstanding == 0 ? 1 : 0;
        }
    }

    public CircuitChange Record(SmtpOutcome outcome)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (BackOff.IsRateLimit(outcome))
            {
                openUntil = now + BackOff.RateLimitPause;
                return CircuitChange.Held;
            }

            var waiting = openUntil is not null && now < openUntil;
            if (IsAnswer(outcome))
            {
                return Answered(waiting);
            }

            // Lanes that were still talking when the circuit opened tell nothing new. A refused login opens it at once:
            // a burst of wrong passwords locks an account.
            failures += outcome.Verdict == SmtpVerdict.NotSent ? 1 : FailuresToOpen;
            if (waiting || (openUntil is null && failures < FailuresToOpen))
            {
                return CircuitChange.None;
            }

            openUntil = now + pause;
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            return CircuitChange.Opened;
        }
    }

    /// <summary>Whether the relay took a conversation at all.</summary>
    public static bool IsAnswer(SmtpOutcome outcome) =>
        outcome.Verdict != SmtpVerdict.NotSent && outcome is not { Verdict: SmtpVerdict.OurFault, Stage: SmtpStage.Connect };

    private CircuitChange Answered(bool waiting)
    {
        failures = 0;
        if (openUntil is null || waiting)
        {
            return CircuitChange.None;
        }

        openUntil = null;
        pause = FirstPause;
        return CircuitChange.Closed;
    }
}
