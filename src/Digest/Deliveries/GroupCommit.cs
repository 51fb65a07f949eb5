using System.Collections.Concurrent;
using Digest.Smtp;
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
/// <param name="loop">Where it is done.</param>
public sealed class GroupCommit(LedgerWrite write, Guid worker, int lanes, WireLoop loop, TimeProvider time, ILogger<GroupCommit> log)
{
    private readonly ILogger logger = new UnfailingLog(log);

    /// <summary>While one waits for the disk, for somebody's lock or for the database, the other is at work.</summary>
    private const int Writers = 2;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>Issues, and all notices, whose last mark was refused: paused, cancelled, or left by this very reader.</summary>
    private readonly ConcurrentDictionary<(LedgerKind Kind, long IssueId), bool> refusing = [];

    private readonly StepQueue steps = new(Math.Max(1, lanes), loop);

    private volatile bool failing;

    /// <summary>Hands a step over; its tasks tell when it is committed.</summary>
    /// <param name="settling">The outcome of the last message.</param>
    /// <param name="beginning">The mark of the next.</param>
    /// <param name="lane">Where its lane goes on; none for anywhere.</param>
    public LedgerStep Post(Settling? settling, Beginning? beginning, WireLoop? lane = null)
    {
        var step = new LedgerStep(settling, beginning, lane);
        steps.Add(step);
        return step;
    }

    /// <summary>
    /// A mark is likely to be refused: a message that waits for it before its envelope costs no relay a broken connection.
    /// </summary>
    public bool MayRefuse(LedgerKey key) => failing || (!refusing.IsEmpty && refusing.ContainsKey(Run(key)));

    /// <summary>No more steps: <see cref="RunAsync"/> returns when all are written.</summary>
    public void Complete() => steps.Complete();

    /// <summary>Its writers run on the loop that has the lanes: what they post is sent, and what is answered read, without waking a thread.</summary>
    public Task RunAsync() => Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => WriteAsync()));

    private async Task WriteAsync()
    {
        await using var connection = new LedgerConnection(write, loop);
        for (var batch = await steps.TakeAsync(); batch.Count > 0; batch = await steps.TakeAgainAsync())
        {
            await WriteAllAsync(connection, batch);
        }
    }

    private async ValueTask WriteAllAsync(LedgerConnection connection, List<LedgerStep> batch)
    {
        var wait = FirstWait;
        while (batch.Count > 0)
        {
            var before = batch.Count;
            batch = await CommitAsync(connection, batch);
            if (batch.Count < before)
            {
                wait = FirstWait;
                continue;
            }

            // What has come meanwhile need not wait for this: it may be about rows that the database takes.
            steps.Rest();
            // No stop ends it: an outcome that was given up would be a message in doubt.
            await Task.Delay(wait, time);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
            batch.AddRange(steps.Resume());
        }
    }

    /// <returns>The steps that have still to be settled.</returns>
    private async ValueTask<List<LedgerStep>> CommitAsync(LedgerConnection connection, List<LedgerStep> batch, bool isAgain = false)
    {
        try
        {
            if (!await connection.WriteAsync(worker, batch, mayWait: false))
            {
                await WriteWaitingAsync(connection, batch);
            }

            failing = false;
            batch.ForEach(Remember);
            return [];
        }
        catch (Exception error) when (error is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure })
        {
            // Whoever changes many rows at once, a cancel for instance, may lock them in another order. Nothing was written, and the
            // other has gone on with its locks: messages whose dots wait for this wait for no back-off.
            return isAgain ? batch : await CommitAsync(connection, batch, isAgain: true);
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

    /// <summary>Somebody else holds one of the rows, a cancel for instance; the other writer goes on with the other lanes.</summary>
    private async ValueTask WriteWaitingAsync(LedgerConnection connection, List<LedgerStep> batch)
    {
        steps.Rest();
        try
        {
            await connection.WriteAsync(worker, batch, mayWait: true);
        }
        finally
        {
            steps.Return();
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

        if (!step.WasMarked)
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
    private async ValueTask<List<LedgerStep>> OneByOneAsync(LedgerConnection connection, List<LedgerStep> batch)
    {
        var left = new List<LedgerStep>();
        foreach (var step in batch)
        {
            left.AddRange(await CommitAsync(connection, [step]));
        }

        return left;
    }
}
