namespace Digest.Smtp;

/// <summary>
/// Whether a relay hears what follows a final dot (RFC 2920 section 3.1). One that loses it leaves the connection waiting until its
/// timeout, so one session finds out for all. Safe to share between threads.
/// </summary>
internal sealed class AnnouncingTrust(TimeProvider time)
{
    private static readonly TimeSpan Distrust = TimeSpan.FromMinutes(10);

    private readonly Lock deciding = new();
    private volatile bool isProven;
    private SmtpSession? trying;
    private long? lostAt;

    /// <summary>Whether this session may announce now; where nobody knows yet, it is the one that tries.</summary>
    public bool Allows(SmtpSession session)
    {
        if (isProven)
        {
            return true;
        }

        lock (deciding)
        {
            if (isProven)
            {
                return true;
            }

            if (lostAt is { } lost && time.GetElapsedTime(lost) < Distrust)
            {
                return false;
            }

            trying ??= session;
            return trying == session;
        }
    }

    /// <summary>The relay answered what was announced.</summary>
    public void Heard()
    {
        if (!isProven)
        {
            lock (deciding)
            {
                (isProven, trying) = (true, null);
            }
        }
    }

    /// <summary>It did not, and had the session wait for that or refused to go on: nobody announces for a while.</summary>
    public void Lost()
    {
        lock (deciding)
        {
            (isProven, trying, lostAt) = (false, null, time.GetTimestamp());
        }
    }

    /// <summary>Nothing of this session's is announced: if it was trying, another may.</summary>
    public void Leave(SmtpSession session)
    {
        if (!isProven)
        {
            lock (deciding)
            {
                trying = trying == session ? null : trying;
            }
        }
    }
}
