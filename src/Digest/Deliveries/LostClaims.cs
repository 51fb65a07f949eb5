namespace Digest.Deliveries;

/// <summary>
/// Claims of a worker that the ledger may have and that no lane knows of: the answer was lost, or they could not be given back. They
/// wait again as soon as the database answers, while the lanes go on with the others. Used by the claim loop alone.
/// </summary>
public sealed class LostClaims
{
    private readonly HashSet<DateTimeOffset> instants = [];
    private readonly Queue<Claim> claims = [];

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

    /// <summary>Gives them back; what the database does not take is lost still.</summary>
    public async Task ReleaseAsync(ReleaseClaims release, Guid worker, CancellationToken cancellationToken)
    {
        if (instants.Count > 0)
        {
            await release.OfAsync(instants, worker, cancellationToken);
            instants.Clear();
        }

        while (claims.TryPeek(out var claim))
        {
            await release.OneAsync(claim, worker, cancellationToken);
            claims.Dequeue();
        }
    }
}
