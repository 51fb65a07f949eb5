using Digest.Data;
using Digest.Issues;
using Digest.Newsletters;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// Reads what a forecast rests on. The relays' limits are settings and not in the database: what a relay allows in a minute and a
/// warm-up leaves for a day only a host that has these settings can say. Elsewhere their effect is measured, as what the workers
/// sent in the last minute.
/// </summary>
public sealed class IssueForecast(
    NpgsqlDataSource dataSource, UntriedRows untried, IEnumerable<WarmUpDays> warmUps, IEnumerable<RelayLimits> limits,
    IOptions<SendingSettings> settings, TimeProvider time)
{
    private const string Run = """
        select i.state, n.time_zone, i.per_minute, case when i.canary_released_at is null then i.canary_until end, i.finish_by, i.queued_at,
            workers.count, workers.since, workers.per_minute,
            (select count(*)::int from digest.issues o where o.state = 'sending' and o.id <> i.id and exists (
                select from digest.deliveries d where d.issue_id = o.id and d.state in ('queued', 'deferred') and d.due_at <= @now))
        from digest.issues i join digest.newsletters n on n.id = i.newsletter_id
            cross join (
                select count(*)::int as count, coalesce(min(w.started_at), @now) as since, coalesce(sum(w.per_minute), 0)::int as per_minute
                from digest.sending_workers w where w.stopped_at is null and w.heartbeat_at > @fresh) workers
        where i.id = @issue
        """;

    /// <returns>None for an issue that is not on its way, or not there.</returns>
    public async Task<Forecast?> ReadAsync(long issueId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await ReadRunAsync(issueId, now, cancellationToken) is not var (facts, clock, queuedAt) || !ForecastRules.IsOnItsWay(facts))
        {
            return null;
        }

        IReadOnlyList<int> dayShares = warmUps.SingleOrDefault() is { } warmUp ? await warmUp.ReadAsync(now, cancellationToken) : [];
        facts = await untried.ReadAsync(issueId, queuedAt, facts, cancellationToken);
        return new ForecastRules(clock).Of(facts with { DayShares = dayShares, RelayLimit = limits.SingleOrDefault()?.PerMinute });
    }

    private async Task<(RunFacts Facts, LocalClock Clock, DateTimeOffset QueuedAt)?> ReadRunAsync(
        long issueId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Run);
        command.Parameters.AddWithValue("issue", issueId);
        command.Parameters.AddWithValue("now", now);
        // The workers themselves take one that is silent for longer for dead.
        command.Parameters.AddWithValue("fresh", now - TimeSpan.FromSeconds(settings.Value.LapseSeconds));
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? (ReadRun(row, now), new LocalClock(TimeZoneInfo.FindSystemTimeZoneById(row.GetString(1))), row.IsDBNull(5) ? now : row.GetFieldValue<DateTimeOffset>(5))
            : null;
    }

    private static RunFacts ReadRun(NpgsqlDataReader row, DateTimeOffset now) => new()
    {
        Now = now,
        State = SnakeCase.Parse<IssueState>(row.GetString(0)),
        Limit = row.IsDBNull(2) ? null : row.GetInt32(2),
        CanaryUntil = row.IsDBNull(3) ? null : row.GetFieldValue<DateTimeOffset>(3),
        FinishBy = row.IsDBNull(4) ? null : row.GetFieldValue<DateTimeOffset>(4),
        Workers = row.GetInt32(6),
        WorkersSince = row.GetFieldValue<DateTimeOffset>(7),
        PerMinute = row.GetInt32(8),
        OtherIssues = row.GetInt32(9),
        Waves = [],
        Deferred = 0,
    };
}
