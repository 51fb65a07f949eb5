using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// Commits together what all lanes of a worker have to write: while one transaction is on its way to the disk the next
/// steps gather, so that a commit serves as many messages as there is traffic. Repeats what must be settled until the
/// database takes it; fails a mark at once.
/// </summary>
/// <param name="write">The transaction.</param>
/// <param name="worker">Who holds the claims.</param>
/// <param name="lanes">How many lanes there are, each with one step at most.</param>
public sealed class GroupCommit(LedgerWrite write, Guid worker, int lanes, TimeProvider time, ILogger<GroupCommit> logger)
{
    private const int MostSteps = 500;

    /// <summary>A second writer is at work in the database while the first waits for the disk.</summary>
    private const int Writers = 2;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>Issues, and all notices, whose last mark was refused: paused, cancelled, or left by this very reader.</summary>
    private readonly ConcurrentDictionary<(LedgerKind Kind, long IssueId), bool> refusing = [];

    private readonly object gate = new();
    private readonly Queue<LedgerStep> waiting = [];
    private int writing;
    private bool completed;

    private volatile bool failing;

    /// <summary>
    /// A writer that is not alone waits for so many steps: a commit of few costs as much as one of many, and half of the
    /// lanes are with the relay while the other half is here.
    /// </summary>
    private readonly int enough = Math.Max(1, lanes / 2);

    /// <summary>Hands a step over; its tasks tell when it is committed.</summary>
    public LedgerStep Post(Settling? settling, Beginning? beginning)
    {
        var step = new LedgerStep(settling, beginning);
        lock (gate)
        {
            if (completed)
            {
                throw new InvalidOperationException("The ledger of this worker is closed.");
            }

            waiting.Enqueue(step);
            if (MayTake)
            {
                Monitor.Pulse(gate);
            }
        }

        return step;
    }

    /// <summary>
    /// A mark is likely to be refused: a message that waits for it before its envelope costs no relay a broken connection.
    /// </summary>
    public bool MayRefuse(LedgerKey key) => failing || (!refusing.IsEmpty && refusing.ContainsKey(Run(key)));

    /// <summary>No more steps: <see cref="RunAsync"/> returns when all are written.</summary>
    public void Complete()
    {
        lock (gate)
        {
            completed = true;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Threads of their own, which PostgreSQL's answer wakes without a detour: every message waits for one.</summary>
    public Task RunAsync() => Task.WhenAll(Enumerable.Range(0, Writers)
        .Select(_ => Task.Factory.StartNew(Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

    private bool MayTake => waiting.Count > 0 && (writing == 0 || waiting.Count >= enough);

    private void Write()
    {
        using var connection = new KeptConnection(write);
        var wait = FirstWait;
        while (Take() is { Count: > 0 } batch)
        {
            while (batch.Count > 0)
            {
                var before = batch.Count;
                batch = Commit(connection, batch);
                if (batch.Count == before)
                {
                    Task.Delay(wait, time).GetAwaiter().GetResult();
                    wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
                    // What has come meanwhile need not wait for what the database does not take.
                    batch.AddRange(TakeWaiting());
                }
                else if (batch.Count == 0)
                {
                    wait = FirstWait;
                }
            }

            Done();
        }
    }

    /// <returns>The steps to write next; none when there will be no more.</returns>
    private List<LedgerStep> Take()
    {
        lock (gate)
        {
            while (!MayTake && !(completed && waiting.Count == 0))
            {
                Monitor.Wait(gate);
            }

            writing++;
            return TakeWaiting();
        }
    }

    private List<LedgerStep> TakeWaiting()
    {
        lock (gate)
        {
            var batch = new List<LedgerStep>(waiting.Count);
            while (batch.Count < MostSteps && waiting.TryDequeue(out var step))
            {
                batch.Add(step);
            }

            return batch;
        }
    }

    private void Done()
    {
        lock (gate)
        {
            writing--;
            if (MayTake)
            {
                Monitor.Pulse(gate);
            }
        }
    }

    /// <returns>The steps that have still to be settled.</returns>
    private List<LedgerStep> Commit(KeptConnection connection, List<LedgerStep> batch)
    {
        try
        {
            connection.Write(worker, batch);
            failing = false;
            batch.ForEach(Remember);
            return [];
        }
        catch (Exception error) when (error is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure })
        {
            // Whoever changes many rows at once, a cancel for instance, may lock them in another order. Nothing was written.
            return batch;
        }
        // Whatever it was: giving up would leave rows begun under a living worker, which nothing recovers.
        catch (Exception error)
        {
            var isOneRows = error is PostgresException { IsTransient: false } && batch.Count > 1;
            failing = true;
            logger.CommitFailed(error, batch.Count);
            return isOneRows ? OneByOne(connection, batch) : batch.FindAll(step => step.FailMark(error));
        }
    }

    private void Remember(LedgerStep step)
    {
        if (step.Settling is { Settlement.PausesRun: true } paused)
        {
            refusing[Run(paused.Claim.Key)] = true;
        }

        if (step.Beginning is not { } begun)
        {
            return;
        }

        if (!step.Marked.Result)
        {
            refusing[Run(begun.Claim.Key)] = true;
        }
        else if (!refusing.IsEmpty)
        {
            refusing.TryRemove(Run(begun.Claim.Key), out _);
        }
    }

    private static (LedgerKind, long) Run(LedgerKey key) => (key.Kind, key.Kind == LedgerKind.Delivery ? key.Id : 0);

    /// <summary>One row that PostgreSQL does not take must not hold up the others.</summary>
    private List<LedgerStep> OneByOne(KeptConnection connection, List<LedgerStep> batch)
    {
        var left = new List<LedgerStep>();
        foreach (var step in batch)
        {
            left.AddRange(Commit(connection, [step]));
        }

        return left;
    }

    /// <summary>A connection whose statements stay prepared; made anew after any failure.</summary>
    private sealed class KeptConnection(LedgerWrite write) : IDisposable
    {
        private NpgsqlConnection? connection;

        public void Write(Guid worker, IReadOnlyList<LedgerStep> batch)
        {
            try
            {
                connection ??= write.Open();
                write.Run(connection, worker, batch);
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public void Dispose()
        {
            connection?.Dispose();
            connection = null;
        }
    }
}
