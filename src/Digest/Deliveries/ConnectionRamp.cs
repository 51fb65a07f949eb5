namespace Digest.Deliveries;

/// <summary>
/// Connections to a relay that asked for fewer: one more each minute without another such request (checklist D5). Used by its
/// circuit alone, under that one's lock.
/// </summary>
/// <param name="connections">While nothing is wrong.</param>
internal sealed class ConnectionRamp(int connections)
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    private int first;
    private DateTimeOffset? since;

    /// <summary>See <see cref="RelayCircuit.HeldUntil"/>.</summary>
    public DateTimeOffset? HeldUntil { get; private set; }

    /// <summary>This worker's at that instant.</summary>
    public int At(DateTimeOffset now)
    {
        if (since is { } began && first + StepsSince(began, now) < connections)
        {
            return first + StepsSince(began, now);
        }

        since = null;
        return connections;
    }

    /// <summary>All workers' at that instant, after a hold.</summary>
    public int? InAllAt(DateTimeOffset now) => HeldUntil is { } until ? 1 + StepsSince(until, now) : null;

    /// <summary>One, from the end of a hold on.</summary>
    public void Hold(DateTimeOffset until) => (first, since, HeldUntil) = (1, until, until);

    /// <summary>See <see cref="RelayCircuit.EndHold"/>.</summary>
    public void EndHold(DateTimeOffset? until) => HeldUntil = HeldUntil == until ? null : HeldUntil;

    /// <summary>Half of them. All lanes are often told at once: what they say within one step counts once.</summary>
    /// <returns>Whether that changes anything.</returns>
    public bool Halve(DateTimeOffset now)
    {
        var open = At(now);
        if (open == 1 || now - since < Step)
        {
            return false;
        }

        (first, since) = (open / 2, now);
        return true;
    }

    /// <summary>The relay answers again; its minutes count from now.</summary>
    public void Restart(DateTimeOffset now) => since = since is null ? null : now;

    private static int StepsSince(DateTimeOffset since, DateTimeOffset now) => now > since ? (int)((now - since).Ticks / Step.Ticks) : 0;
}
