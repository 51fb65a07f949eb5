using Digest.Issues;
using Digest.Newsletters;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>When an issue that is not queued would be over, sent at its hours as fast as is known.</summary>
public sealed class RehearseForecast(NpgsqlDataSource dataSource, RelayLimits relays)
{
    // The pace that the average message of the last issue went at: minutes weigh by what they sent, so that a long tail of
    // retries, or a small wave, does not count as slowness.
    private const string LastPace = """
        with last as (
            select i.id from digest.issues i
            where i.newsletter_id = @newsletter and i.week < @week and i.queued_at is not null and i.ledger_dropped_at is null
            order by i.week desc
            limit 1
        ),
        minutes as (
            select count(*) as sent from digest.deliveries d
            where d.issue_id = (select id from last) and d.state = 'accepted'
            group by date_trunc('minute', d.settled_at)
        )
        select floor(sum(sent * sent) / nullif(sum(sent), 0))::int from minutes
        """;

    /// <param name="newsletter">Whose.</param>
    /// <param name="issue">What would be sent.</param>
    /// <param name="waves">To how many and when, earliest first.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>None when nothing is known of the speed, or there is nobody.</returns>
    public async Task<DateTimeOffset?> ReadAsync(
        Newsletter newsletter, Issue issue, IReadOnlyList<(DateTimeOffset DueAt, int Count)> waves, CancellationToken cancellationToken)
    {
        int?[] limits = [issue.PerMinute, relays.PerMinute, await LastAsync(newsletter, issue, cancellationToken)];
        return waves.Count == 0 || limits.Min() is not { } pace ? null : new ForecastRules(new LocalClock(newsletter.Zone)).Of(new RunFacts
        {
            Now = waves[0].DueAt,
            State = IssueState.Sending,
            Waves = waves,
            Deferred = 0,
            Limit = pace,
            Workers = 1,
            PerMinute = 0,
            OtherIssues = 0,
        })!.FinishesAt;
    }

    private async Task<int?> LastAsync(Newsletter newsletter, Issue issue, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(LastPace);
        command.Parameters.AddWithValue("newsletter", newsletter.Id);
        command.Parameters.AddWithValue("week", issue.Week);
        return await command.ExecuteScalarAsync(cancellationToken) is int pace ? Math.Max(1, pace) : null;
    }
}
