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
    IDbContextFactory<DigestDbContext> contexts, SuppressionSql suppressions, ReadersHours hours, IssueProgress progress, TimeProvider time)
{
    // Every candidate lands in exactly one of the two tables: both inserts are one statement, so they see the same readers.
    // The notification reaches the workers with the commit.
    private static string Statement(long issueId) => $"""
        with suppressed as materialized (
            select s.id from digest.subscribers s
            where s.newsletter_id = @newsletter and exists (select {SuppressionSql.Matching})
        ),
        excluded as (
            insert into digest.exclusions (issue_id, subscriber_id, reason)
            select @issue, s.id, {Reason}
            {Candidates} and {Reason} is not null
        ),
        queued as (
            insert into {LedgerPartition.NameOf(issueId)} (issue_id, subscriber_id, state, variant, due_at, expires_at, dated_at, attempts)
            select @issue, s.id, 'queued', '', {DueAt}, {DueAt} + make_interval(hours => @expiry_hours), nullif({DueAt}, @now), 0
            {Candidates} and {Reason} is null
        )
        select pg_notify('{DueListener.Channel}', '')
        """;

    private const string Candidates = """
        from digest.subscribers s
            left join suppressed x on x.id = s.id
            left join unnest(@zones, @hours) w (zone, due_at) on w.zone = s.time_zone
            where s.newsletter_id = @newsletter
        """;

    private const string DueAt = "coalesce(w.due_at, @own)";

    // A pause that ends before the reader's hour does not cost them the issue.
    private const string Reason = $"""
        case
            when s.state = 'pending' then 'unconfirmed'
            when s.state = 'unsubscribed' then 'unsubscribed'
            when x.id is not null then 'suppressed'
            when s.paused_until > {DueAt} then 'paused'
        end
        """;

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

        // A second run waits here for the first and then finds the issue queued.
        var issue = await database.LockIssueAsync(issueId, cancellationToken);
        if (issue.QueuedAt is null)
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
        if (contents.Count == 0 || !contents.TrueForAll(content => FrozenIssue.IsApproved(issue, content)))
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

        await ExecuteAsync(transaction, LedgerPartition.Create(issue.Id), cancellationToken);
        var first = waves.First;
        var canary = newsletter.Policy.Canary;
        var canaryUntil = first.AddMinutes(canary.WaitMinutes);
        await InsertAsync(transaction, issue, newsletter, canary.Percent > 0 ? waves.NotBefore(canaryUntil) : waves, now, cancellationToken);
        if (canary.Percent > 0 && await ChooseCanary.RunAsync(transaction, issue.Id, newsletter, first, now, cancellationToken) > 0)
        {
            issue.CanaryUntil = canaryUntil;
        }

        await ExecuteAsync(transaction, LedgerPartition.Attach(issue.Id), cancellationToken);
        await database.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Nobody can finish by an instant that is past.</summary>
    private static DateTimeOffset? FinishBy(Newsletter newsletter, Issue issue, Waves waves, DateTimeOffset now) =>
        newsletter.Schedule.FinishBy is { } local && waves.LastAt(newsletter, new Week(issue.Week), local) is var instant && instant > now
            ? instant
            : null;

    private async Task InsertAsync(
        NpgsqlTransaction transaction, Issue issue, Newsletter newsletter, Waves waves, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Statement(issue.Id), transaction.Connection, transaction) { CommandTimeout = 0 };
        command.Parameters.AddWithValue("issue", issue.Id);
        command.Parameters.AddWithValue("newsletter", issue.NewsletterId);
        command.Parameters.AddWithValue("now", now);
        command.Parameters.AddWithValue("own", waves.Own);
        command.Parameters.AddWithValue("zones", waves.Zones.Select(wave => wave.Zone).ToArray());
        command.Parameters.AddWithValue("hours", waves.Zones.Select(wave => wave.DueAt).ToArray());
        command.Parameters.AddWithValue("expiry_hours", newsletter.Schedule.ExpiryHours);
        suppressions.AddKeys(command.Parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

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

    /// <summary>Without a time limit: a million rows and their indexes take what they take.</summary>
    private static async Task ExecuteAsync(NpgsqlTransaction transaction, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, transaction.Connection, transaction) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
