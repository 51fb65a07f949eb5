using Digest.Data;
using Digest.Issues;
using Digest.Newsletters;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// Reads what a forecast rests on. The relays' limits are settings of the workers and not in the database: their effect is
/// measured, as what the workers sent in the last minute. What a warm-up leaves for a day only a host that sends can say.
/// </summary>
public sealed class IssueForecast(
    NpgsqlDataSource dataSource, IEnumerable<WarmUpDays> warmUps, IOptions<SendingSettings> settings, TimeProvider time)
{
    private const string Run = """
        select i.state, n.time_zone, i.per_minute, case when i.canary_released_at is null then i.canary_until end, i.finish_by,
            (select count(*)::int from digest.sending_workers w where w.stopped_at is null and w.heartbeat_at > @fresh),
            (select coalesce(sum(w.per_minute), 0)::int from digest.sending_workers w where w.stopped_at is null and w.heartbeat_at > @fresh),
            (select count(*)::int from digest.issues o where o.state = 'sending' and o.id <> i.id and exists (
                select from digest.deliveries d where d.issue_id = o.id and d.state in ('queued', 'deferred') and d.due_at <= @now))
        from digest.issues i join digest.newsletters n on n.id = i.newsletter_id
        where i.id = @issue
        """;

    // By the minute: a wave is one instant, but what a lost connection gave back is due at any.
    private const string Left = """
        select d.state = 'deferred', min(d.due_at), count(*)::int
        from digest.deliveries d
        where d.issue_id = @issue and d.state in ('queued', 'claimed', 'deferred')
        group by 1, date_trunc('minute', d.due_at)
        order by 2
        """;

    /// <returns>None for an issue that is not on its way, or not there.</returns>
    public async Task<Forecast?> ReadAsync(long issueId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        IReadOnlyList<int> dayShares = warmUps.SingleOrDefault() is { } warmUp ? await warmUp.ReadAsync(now, cancellationToken) : [];
        await using var batch = dataSource.CreateBatch();
        foreach (var statement in (string[])[Run, Left])
        {
            var command = new NpgsqlBatchCommand(statement);
            command.Parameters.AddWithValue("issue", issueId);
            command.Parameters.AddWithValue("now", now);
            // The workers themselves take one that is silent for longer for dead.
            command.Parameters.AddWithValue("fresh", now - TimeSpan.FromSeconds(settings.Value.LapseSeconds));
            batch.BatchCommands.Add(command);
        }

        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await rows.ReadAsync(cancellationToken))
        {
            return null;
        }

        var clock = new LocalClock(TimeZoneInfo.FindSystemTimeZoneById(rows.GetString(1)));
        var facts = ReadRun(rows, now) with { DayShares = dayShares };
        await rows.NextResultAsync(cancellationToken);
        return new ForecastRules(clock).Of(await ReadLeftAsync(rows, facts, cancellationToken));
    }

    private static RunFacts ReadRun(NpgsqlDataReader row, DateTimeOffset now) => new()
    {
        Now = now,
        State = SnakeCase.Parse<IssueState>(row.GetString(0)),
        Limit = row.IsDBNull(2) ? null : row.GetInt32(2),
        CanaryUntil = row.IsDBNull(3) ? null : row.GetFieldValue<DateTimeOffset>(3),
        FinishBy = row.IsDBNull(4) ? null : row.GetFieldValue<DateTimeOffset>(4),
        Workers = row.GetInt32(5),
        PerMinute = row.GetInt32(6),
        OtherIssues = row.GetInt32(7),
        Waves = [],
        Deferred = 0,
    };

    private static async Task<RunFacts> ReadLeftAsync(NpgsqlDataReader rows, RunFacts facts, CancellationToken cancellationToken)
    {
        var waves = new List<(DateTimeOffset, int)>();
        var deferred = 0;
        DateTimeOffset? nextRetryAt = null;
        while (await rows.ReadAsync(cancellationToken))
        {
            var (dueAt, count) = (rows.GetFieldValue<DateTimeOffset>(1), rows.GetInt32(2));
            if (rows.GetBoolean(0))
            {
                deferred += count;
                nextRetryAt ??= dueAt;
            }
            else
            {
                waves.Add((dueAt, count));
            }
        }

        return facts with { Waves = waves, Deferred = deferred, NextRetryAt = nextRetryAt };
    }
}
