using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// Commits together what all lanes of a worker have to write: while transactions are on their way to the disk the next
/// steps gather, so that a commit serves as many messages as there is traffic. Repeats what must be settled until the
/// database takes it; fails a mark at once.
/// </summary>
public sealed class GroupCommit(LedgerWrite write, Guid worker, TimeProvider time, ILogger<GroupCommit> logger)
{
    private const int MostSteps = 500;

    /// <summary>While one waits for the disk the other is at work in the database.</summary>
    private const int Writers = 1;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>Issues, and all notices, whose last mark was refused: paused, cancelled, or left by this very reader.</summary>
    private readonly ConcurrentDictionary<(LedgerKind Kind, long IssueId), bool> refusing = [];

    private volatile bool failing;

    private readonly Channel<LedgerStep> steps = Channel.CreateUnbounded<LedgerStep>();

    /// <summary>Hands a step over; its tasks tell when it is committed.</summary>
    public LedgerStep Post(Settling? settling, Beginning? beginning)
    {
        var step = new LedgerStep(settling, beginning);
        if (!steps.Writer.TryWrite(step))
        {
            throw new InvalidOperationException("The ledger of this worker is closed.");
        }

        return step;
    }

    /// <summary>
    /// A mark is likely to be refused: a message that waits for it before its envelope costs no relay a broken connection.
    /// </summary>
    public bool MayRefuse(LedgerKey key) => failing || (!refusing.IsEmpty && refusing.ContainsKey(Run(key)));

    /// <summary>No more steps: <see cref="RunAsync"/> returns when all are written.</summary>
    public void Complete() => steps.Writer.Complete();

    public Task RunAsync() => Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => WriteAsync()));

    private async Task WriteAsync()
    {
        await using var connection = new KeptConnection(write);
        var batch = new List<LedgerStep>();
        var wait = FirstWait;
        while (batch.Count > 0 || await steps.Reader.WaitToReadAsync())
        {
            while (batch.Count < MostSteps && steps.Reader.TryRead(out var step))
            {
                batch.Add(step);
            }

            var before = batch.Count;
            batch = await CommitAsync(connection, batch);
            if (batch.Count == 0)
            {
                wait = FirstWait;
            }
            else if (batch.Count == before)
            {
                await Task.Delay(wait, time);
                wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
            }
        }
    }

    /// <returns>The steps that have still to be settled.</returns>
    private async Task<List<LedgerStep>> CommitAsync(KeptConnection connection, List<LedgerStep> batch)
    {
        try
        {
            await connection.WriteAsync(worker, batch);
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
            return isOneRows ? await OneByOneAsync(connection, batch) : batch.FindAll(step => step.FailMark(error));
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
    private async Task<List<LedgerStep>> OneByOneAsync(KeptConnection connection, List<LedgerStep> batch)
    {
        var left = new List<LedgerStep>();
        foreach (var step in batch)
        {
            left.AddRange(await CommitAsync(connection, [step]));
        }

        return left;
    }

    /// <summary>A connection whose statements stay prepared; made anew after any failure.</summary>
    private sealed class KeptConnection(LedgerWrite write) : IAsyncDisposable
    {
        private NpgsqlConnection? connection;

        public async Task WriteAsync(Guid worker, IReadOnlyList<LedgerStep> batch)
        {
            try
            {
                connection ??= await write.OpenAsync();
                await write.RunAsync(connection, worker, batch);
            }
            catch
            {
                await DisposeAsync();
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (connection is { } kept)
            {
                connection = null;
                await kept.DisposeAsync();
            }
        }
    }
}
