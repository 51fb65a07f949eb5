using Digest.Data;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>Queued plus excluded is candidates.</summary>
public sealed record QueueResult(int Candidates, int Queued, IReadOnlyDictionary<ExclusionReason, int> Excluded);

/// <summary>
/// Turns the candidates of an approved issue into the rows of its ledger, in one statement. Running it again finds the rows there
/// and returns the same figures. To queue is to decide to send: the rows are due at once, whether the schedule calls it
/// because the issue's hour has come or an operator does not wait for it. Only where readers get it at their own hour does a
/// row wait for that hour, fixed here: whoever moves to another zone afterwards still has one mail a week.
/// </summary>
public sealed class QueueIssue(
    IDbContextFactory<DigestDbContext> contexts, QueueRows rows, ReadersHours hours, IssueProgress progress, TimeProvider time)
{
    /// <exception cref="RefusedException">The issue is not approved, or its frozen content differs from what was approved.</exception>
    public Task<QueueResult> RunAsync(long issueId, CancellationToken cancellationToken) =>
        RunAsync(issueId, byHand: false, cancellationToken);

    /// <param name="issueId">The issue.</param>
    /// <param name="byHand">An operator waits for nobody's hour: the issue goes to all at once, and also when it missed its own.</param>
    /// <param name="cancellationToken">Stops before the commit: nothing is queued.</param>
    /// <exception cref="RefusedException">The issue is not approved, or its frozen content differs from what was approved.</exception>
    public async Task<QueueResult> RunAsync(long issueId, bool byHand, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await database.Database.ExecuteSqlRawAsync(DurableCommit.Transaction, cancellationToken);

        // A second run waits here for the first and then finds the issue queued.
        var issue = await database.LockIssueAsync(issueId, cancellationToken);
        if (issue.QueuedAt is null || issue.State == IssueState.Cancelled)
        {
            await RefuseUnlessApprovedAsync(database, issue, byHand, cancellationToken);
            await QueueAsync(database, (NpgsqlTransaction)transaction.GetDbTransaction(), issue, byHand, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        var ledger = await progress.ReadAsync(issueId, cancellationToken);
        return new QueueResult(ledger.Candidates, ledger.Queued, ledger.Excluded);
    }

    private static async Task RefuseUnlessApprovedAsync(
        DigestDbContext database, Issue issue, bool byHand, CancellationToken cancellationToken)
    {
        if (issue.State == IssueState.Missed && !byHand)
        {
            throw new RefusedException($"{issue.Title()} missed its hour; `digest queue` sends it late.");
        }

        if (issue.State is not (IssueState.Approved or IssueState.Missed))
        {
            throw new RefusedException($"{issue.Title()} is {SnakeCase.Of(issue.State)}; only an approved issue can be queued.");
        }

        var contents = await database.IssueContents.AsNoTracking().Where(c => c.IssueId == issue.Id).ToListAsync(cancellationToken);
        if (contents.Count == 0 || !contents.TrueForAll(content => FrozenIssue.IsApproved(issue, [.. contents.Select(frozen => (frozen.Variant, frozen.Sha256))], content)))
        {
            throw new RefusedException($"{issue.Title()} does not hold the content that was approved; read it with `digest preview` and approve it again.");
        }
    }

    private async Task QueueAsync(
        DigestDbContext database, NpgsqlTransaction transaction, Issue issue, bool byHand, CancellationToken cancellationToken)
    {
        var newsletter = await database.Newsletters.AsNoTracking().SingleAsync(n => n.Id == issue.NewsletterId, cancellationToken);
        var now = time.GetUtcNow();
        var waves = await WavesAsync(newsletter, issue, byHand, now, cancellationToken);
        issue.State = IssueState.Sending;
        issue.StateReason = null;
        issue.QueuedAt = now;
        issue.FinishBy = FinishBy(newsletter, issue, waves, now);

        issue.CanaryUntil = await rows.WriteAsync(transaction, issue.Id, newsletter, waves, now, cancellationToken);
        await database.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Nobody can finish by an instant that is past.</summary>
    private static DateTimeOffset? FinishBy(Newsletter newsletter, Issue issue, Waves waves, DateTimeOffset now) =>
        newsletter.Schedule.FinishBy is { } local && waves.LastAt(newsletter, new Week(issue.Week), local) is var instant && instant > now
            ? instant
            : null;

    private async Task<Waves> WavesAsync(Newsletter newsletter, Issue issue, bool byHand, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (byHand || !newsletter.Schedule.ReadersHour)
        {
            return Waves.AtOnce(now);
        }

        // Read before the statement runs: who chooses a zone in between, as the first of it, gets the newsletter's hour once more.
        var waves = await hours.ReadAsync(newsletter, new Week(issue.Week), cancellationToken);
        await hours.TellAsync(newsletter, waves, cancellationToken);
        return waves.NotBefore(now);
    }
}
