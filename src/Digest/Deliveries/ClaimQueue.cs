using System.Collections.Concurrent;
using System.Diagnostics;

namespace Digest.Deliveries;

/// <summary>What a worker has claimed and its lanes work through; notices pass issues. Safe to share between threads.</summary>
/// <param name="capacity">Claims at once.</param>
/// <param name="lanes">That take from it.</param>
/// <param name="wake">Set when half of them are done, and when all are.</param>
public sealed class ClaimQueue(int capacity, int lanes, Wake wake) : IDisposable
{
    private readonly ConcurrentQueue<Claim> notices = new();
    private readonly ConcurrentQueue<Claim> deliveries = new();
    private readonly SemaphoreSlim waiting = new(0);
    private readonly ConcurrentDictionary<string, int> waitingUnder = new();
    private readonly List<HeldClaim> held = [];
    private int outstanding;

    /// <summary>Claims that are waiting here or in a lane's hands.</summary>
    public int Outstanding => Volatile.Read(ref outstanding);

    public int Free => capacity - Outstanding;

    /// <summary>Few enough are left that a claim of many is worth a statement.</summary>
    public bool IsLow => Outstanding <= capacity / 2;

    /// <summary>Claims that were counted under a limit and that no lane has begun: waiting or held.</summary>
    public int WaitingUnder(Budget limit) => waitingUnder.GetValueOrDefault(limit.Key);

    public void Add(IReadOnlyList<Claim> claims)
    {
        Interlocked.Add(ref outstanding, claims.Count);
        Enqueue(claims);
    }

    private void Enqueue(IReadOnlyList<Claim> claims)
    {
        foreach (var claim in claims)
        {
            Count(claim, 1);
            (claim.Key.Kind == LedgerKind.Notice ? notices : deliveries).Enqueue(claim);
        }

        if (claims.Count > 0)
        {
            waiting.Release(claims.Count);
        }
    }

    /// <summary>Waits for a claim; whoever takes it calls <see cref="Done"/>.</summary>
    public async Task<Claim> TakeAsync(CancellationToken cancellationToken)
    {
        await waiting.WaitAsync(cancellationToken);
        return Dequeue();
    }

    private Claim Dequeue()
    {
        var taken = notices.TryDequeue(out var claim) || deliveries.TryDequeue(out claim) ? claim : throw new UnreachableException();
        Count(taken, -1);
        return taken;
    }

    private void Count(Claim claim, int by)
    {
        foreach (var limit in claim.Limits ?? [])
        {
            waitingUnder.AddOrUpdate(limit.Key, static (_, by) => by, static (_, count, by) => count + by, by);
        }
    }

    /// <summary>A claim if one is waiting; whoever takes it calls <see cref="Done"/>.</summary>
    public Claim? TryTake() => waiting.Wait(0) ? Dequeue() : null;

    /// <summary>
    /// A delivery that a lane holds until its turn, if so many are waiting that every lane without one finds one all the same. While
    /// a notice waits there is none: the lane takes that.
    /// </summary>
    /// <param name="now">From when it is held.</param>
    public HeldClaim? TryHold(DateTimeOffset now)
    {
        lock (held)
        {
            if (!notices.IsEmpty || waiting.CurrentCount <= lanes - held.Count || TryTake() is not { } claim)
            {
                return null;
            }

            if (claim.Key.Kind == LedgerKind.Notice)
            {
                // It came this very moment.
                Enqueue([claim]);
                return null;
            }

            var hold = new HeldClaim(claim, now);
            held.Add(hold);
            Count(claim, 1);
            return hold;
        }
    }

    /// <summary>Whether it is held still, and not taken back.</summary>
    public bool Holds(HeldClaim hold)
    {
        lock (held)
        {
            return held.Contains(hold);
        }
    }

    /// <summary>Gives to all lanes what one holds for too long: its connection says nothing, and others may be idle.</summary>
    /// <param name="before">Held since before this.</param>
    public void LetGo(DateTimeOffset before)
    {
        lock (held)
        {
            foreach (var hold in held.FindAll(hold => hold.Since < before))
            {
                Remove(hold);
                Enqueue([hold.Claim]);
            }
        }
    }

    /// <summary>It is its turn.</summary>
    /// <returns>False when it was taken back meanwhile; otherwise whoever held it calls <see cref="Done"/>.</returns>
    public bool TryTake(HeldClaim hold)
    {
        lock (held)
        {
            return Remove(hold);
        }
    }

    private bool Remove(HeldClaim hold)
    {
        if (!held.Remove(hold))
        {
            return false;
        }

        Count(hold.Claim, -1);
        return true;
    }

    /// <summary>A claim that no lane has begun, waiting or held; whoever takes it calls <see cref="Done"/>.</summary>
    public Claim? TryTakeBack()
    {
        if (TryTake() is { } claim)
        {
            return claim;
        }

        lock (held)
        {
            if (held.Count == 0)
            {
                return null;
            }

            var last = held[^1];
            Remove(last);
            return last.Claim;
        }
    }

    public void Done()
    {
        var left = Interlocked.Decrement(ref outstanding);
        if (left == 0 || left == capacity / 2)
        {
            wake.Set();
        }
    }

    public void Dispose() => waiting.Dispose();
}
