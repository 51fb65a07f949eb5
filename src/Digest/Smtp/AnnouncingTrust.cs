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
    private int losses;
    private long lostAt;

    /// <summary>Whether this session may announce now; where nobody knows yet, it is the one that tries.</summary>
    /// <returns>For <see cref="Heard"/>; none when it may not.</returns>
    public int? Ask(SmtpSession session)
    {
        lock (deciding)
        {
            if (!isProven)
            {
                if (losses > 0 && time.GetElapsedTime(lostAt) < Distrust)
                {
                    return null;
                }

                trying ??= session;
            }

            return isProven || trying == session ? losses : null;
        }
    }

    /// <summary>
    /// The relay answered what was announced. That proves nothing of a relay that has lost something since it was announced: others
    /// may have been under way, and one address may be several servers.
    /// </summary>
    /// <param name="asked">What <see cref="Ask"/> returned.</param>
    public void Heard(int asked)
    {
        if (isProven)
        {
            return;
        }

        lock (deciding)
        {
            if (asked == losses)
            {
                (isProven, trying) = (true, null);
            }
        }
    }

    /// <summary>It did not: nobody announces for a while.</summary>
    /// <param name="waited">
    /// The session waited for it until its timeout, or was refused. A connection that was merely closed says something of a relay that is
    /// being tried, and nothing of one that is known.
    /// </param>
    public void Lost(bool waited)
    {
        lock (deciding)
        {
            if (waited || !isProven)
            {
                losses++;
                (isProven, trying, lostAt) = (false, null, time.GetTimestamp());
            }
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
