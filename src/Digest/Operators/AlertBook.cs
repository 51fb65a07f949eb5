using Digest.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Digest.Operators;

/// <summary>
/// Raises and clears what the operator must know. Each call commits by itself, so that the roll-back of a use case
/// that failed does not take its alert with it.
/// </summary>
public sealed partial class AlertBook(
    NpgsqlDataSource dataSource, IDbContextFactory<DigestDbContext> contexts, TimeProvider time, ILogger<AlertBook> logger)
{
    /// <summary>Raising the same kind for the same issue again while it is open changes nothing.</summary>
    /// <param name="kind">Stable name of the kind, for example "issue-missed".</param>
    /// <param name="newsletterId">Whose, or none for the whole installation.</param>
    /// <param name="issueId">Which issue's, or none.</param>
    /// <param name="message">What happened, in one sentence.</param>
    /// <param name="nextStep">What the operator can do now, in one sentence.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    public async Task RaiseAsync(
        string kind, long? newsletterId, long? issueId, string message, string nextStep, CancellationToken cancellationToken)
    {
        // The partial unique index makes two workers that raise at once raise one alert.
        await using var command = dataSource.CreateCommand(
            """
            insert into digest.alerts (kind, newsletter_id, issue_id, message, next_step, raised_at)
            values ($1, $2, $3, $4, $5, $6)
            on conflict (kind, newsletter_id, issue_id) where cleared_at is null do nothing
            """);
        command.Parameters.Add(new() { Value = kind });
        command.Parameters.Add(new() { Value = (object?)newsletterId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = (object?)issueId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = message });
        command.Parameters.Add(new() { Value = nextStep });
        command.Parameters.Add(new() { Value = time.GetUtcNow() });
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 1)
        {
            LogRaised(logger, kind, newsletterId, issueId);
        }
    }

    /// <summary>As <see cref="RaiseAsync"/>, for what is looked at again and again: an open alert that says something else gives way to this one.</summary>
    public async Task RaiseAnewAsync(
        string kind, long? newsletterId, long? issueId, string message, string nextStep, CancellationToken cancellationToken)
    {
        await using (var database = await contexts.CreateDbContextAsync(cancellationToken))
        {
            await ClearAsync(
                database.Alerts.Where(a => a.Kind == kind && a.NewsletterId == newsletterId && a.IssueId == issueId && a.Message != message), cancellationToken);
        }

        await RaiseAsync(kind, newsletterId, issueId, message, nextStep, cancellationToken);
    }

    /// <summary>Clears the open alert of this kind for this issue, when there is one: its cause is mended.</summary>
    public async Task ClearAsync(string kind, long? newsletterId, long? issueId, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        await ClearAsync(
            database.Alerts.Where(a => a.Kind == kind && a.NewsletterId == newsletterId && a.IssueId == issueId), cancellationToken);
    }

    /// <summary>Clears one alert by an operator's word.</summary>
    /// <returns>Whether it was open.</returns>
    public async Task<bool> ClearAsync(long alertId, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await ClearAsync(database.Alerts.Where(a => a.Id == alertId), cancellationToken) == 1;
    }

    /// <summary>What is open, of every newsletter, the latest first.</summary>
    public async Task<IReadOnlyList<Alert>> OpenAsync(CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Alerts.AsNoTracking()
            .Where(a => a.ClearedAt == null)
            .OrderByDescending(a => a.RaisedAt).ThenByDescending(a => a.Id)
            .ToListAsync(cancellationToken);
    }

    private Task<int> ClearAsync(IQueryable<Alert> alerts, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return alerts.Where(a => a.ClearedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.ClearedAt, now), cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Alert {Kind} raised for newsletter {NewsletterId}, issue {IssueId}.")]
    private static partial void LogRaised(ILogger logger, string kind, long? newsletterId, long? issueId);
}
