namespace Digest.Deliveries;

/// <summary>
/// Claims of a worker that the ledger may have and that no lane knows of: the answer was lost, or they could not be given back. They
/// wait again as soon as the database answers, while the lanes go on with the others. Used by the claim loop alone.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="lapse">Without a heartbeat for so long a worker's claims are taken away from it.</param>
public sealed class LostClaims(TimeProvider time, TimeSpan lapse)
{
    private readonly HashSet<DateTimeOffset> instants = [];
    private readonly Queue<Claim> claims = [];

    /// <summary>
    /// Messages that failed claims were counted for; given back when none of these claims stands. What failed a lapse ago may have been
    /// committed, and given back by whoever recovered it: of that too little is given back, rather than twice.
    /// </summary>
    private readonly List<(DateTimeOffset At, IReadOnlyList<Budget> Limits, int Messages)> counted = [];

    /// <summary>Claims, and takes note of the instant when that fails.</summary>
    /// <param name="now">The instant of the claim.</param>
    /// <param name="claim">The statement, which may be committed although it throws.</param>
    public async Task<T> WatchAsync<T>(DateTimeOffset now, Func<DateTimeOffset, Task<T>> claim)
    {
        try
        {
            return await claim(now);
        }
        catch
        {
            instants.Add(now);
            throw;
        }
    }

    /// <summary>A claim that was taken from the queue to be given back, and was not.</summary>
    public void Add(Claim claim) => claims.Enqueue(claim);

    /// <summary>What a claim that failed was counted for.</summary>
    public void Add(IReadOnlyList<Budget> limits, int messages) => counted.Add((time.GetUtcNow(), limits, messages));

    /// <summary>Gives them back; what the database does not take is lost still.</summary>
    /// <param name="release">Gives back claims.</param>
    /// <param name="worker">Whose they are.</param>
    /// <param name="unused">Gets what they were counted under.</param>
    /// <param name="cancellationToken">Stops; the rest is lost still.</param>
    public async Task ReleaseAsync(ReleaseClaims release, Guid worker, UnusedBudget unused, CancellationToken cancellationToken)
    {
        if (instants.Count > 0)
        {
            await release.OfAsync(instants, worker, cancellationToken);
            instants.Clear();
        }

        GiveBackCounted(unused);
        while (claims.TryPeek(out var claim))
        {
            if (await release.OneAsync(claim, worker, cancellationToken))
            {
                unused.Add(claim);
            }

            claims.Dequeue();
        }
    }

    /// <summary>The worker has given back all its claims at once.</summary>
    /// <param name="released">These were still its own.</param>
    /// <param name="unused">Gets what they were counted under.</param>
    public void Released(IReadOnlySet<(LedgerKey Key, DateTimeOffset ClaimedAt)> released, UnusedBudget unused)
    {
        GiveBackCounted(unused);
        while (claims.TryDequeue(out var claim))
        {
            unused.Add(claim, released);
        }
    }

    private void GiveBackCounted(UnusedBudget unused)
    {
        foreach (var (at, limits, messages) in counted)
        {
            if (time.GetUtcNow() - at < lapse)
            {
                unused.Add(limits, messages);
            }
        }

        counted.Clear();
    }
}
