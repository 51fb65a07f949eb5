using Digest.Newsletters;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>Writes the rows of an issue's ledger: a delivery or an exclusion for every candidate, and which go first.</summary>
public sealed class QueueRows(SuppressionSql suppressions)
{
    // Every candidate lands in exactly one of the two tables: both inserts are one statement, so they see the same readers.
    // The notification reaches the workers with the commit.
    private static string Statement(long issueId) => $"""
        with {Readers},
        excluded as (
            insert into digest.exclusions (issue_id, subscriber_id, reason)
            select @issue, s.id, {Reason}
            {Candidates} and {Reason} is not null
        ),
        queued as (
            insert into {LedgerPartition.NameOf(issueId)} (issue_id, subscriber_id, state, variant, due_at, expires_at, dated_at, attempts)
            select @issue, s.id, 'queued', {Variant}, {DueAt}, {DueAt} + make_interval(hours => @expiry_hours), nullif({DueAt}, @now), 0
            {Candidates} and {Reason} is null
        )
        select pg_notify('{DueListener.Channel}', '')
        """;

    /// <summary>What is worked out once before the readers are read.</summary>
    internal static readonly string Readers = $"""
        suppressed as materialized (
            select s.id from digest.subscribers s
            where s.newsletter_id = @newsletter and exists (select {SuppressionSql.Matching})
        ),
        choices as materialized (
            {ChoiceSql.Choices}
        )
        """;

    /// <summary>What subscriber <c>s</c> gets of the issue.</summary>
    internal const string Variant = "coalesce(c.variant, '')";

    internal const string Candidates = """
        from digest.subscribers s
            left join suppressed x on x.id = s.id
            left join choices c on c.topics = s.topics
            left join unnest(@zones, @hours) w (zone, due_at) on w.zone = s.time_zone
            where s.newsletter_id = @newsletter
        """;

    internal const string DueAt = "coalesce(w.due_at, @own)";

    // A pause that ends before the reader's hour does not cost them the issue.
    internal const string Reason = $"""
        case
            when s.state = 'pending' then 'unconfirmed'
            when s.state = 'unsubscribed' then 'unsubscribed'
            when x.id is not null then 'suppressed'
            when s.paused_until > {DueAt} then 'paused'
            when c.nothing then 'topics'
        end
        """;

    /// <param name="transaction">That of the queueing.</param>
    /// <param name="issueId">Whose rows.</param>
    /// <param name="newsletter">Its readers, and what its schedule and policy say.</param>
    /// <param name="waves">When it is due for whom; none before now.</param>
    /// <param name="now">The instant of the queueing.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    /// <returns>Until when only the canary goes out; none without one.</returns>
    public async Task<DateTimeOffset?> WriteAsync(
        NpgsqlTransaction transaction, long issueId, Newsletter newsletter, Waves waves, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var canary = newsletter.Policy.Canary;
        var first = waves.First;
        var canaryUntil = first.AddMinutes(canary.WaitMinutes);
        await ExecuteAsync(transaction, LedgerPartition.Create(issueId), cancellationToken);
        await ExecuteAsync(transaction, ChoiceSql.Hash, cancellationToken);
        await InsertAsync(transaction, issueId, newsletter, canary.Percent > 0 ? waves.NotBefore(canaryUntil) : waves, now, cancellationToken);
        await ExecuteAsync(transaction, ChoiceSql.AsBefore, cancellationToken);
        var canaries = canary.Percent > 0
            ? await ChooseCanary.RunAsync(transaction, issueId, newsletter, first, now, cancellationToken)
            : 0;
        await ExecuteAsync(transaction, LedgerPartition.Attach(issueId), cancellationToken);
        return canaries > 0 ? canaryUntil : null;
    }

    private async Task InsertAsync(
        NpgsqlTransaction transaction, long issueId, Newsletter newsletter, Waves waves, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Statement(issueId), transaction.Connection, transaction) { CommandTimeout = 0 };
        command.Parameters.AddWithValue("now", now);
        command.Parameters.AddWithValue("expiry_hours", newsletter.Schedule.ExpiryHours);
        AddReaders(command.Parameters, issueId, newsletter, waves);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>What <see cref="Readers"/>, <see cref="Candidates"/>, <see cref="DueAt"/> and <see cref="Reason"/> read.</summary>
    internal void AddReaders(NpgsqlParameterCollection parameters, long issueId, Newsletter newsletter, Waves waves)
    {
        parameters.AddWithValue("issue", issueId);
        parameters.AddWithValue("newsletter", newsletter.Id);
        parameters.AddWithValue("topics", newsletter.Vocabulary.Topics.Select(topic => topic.Key).Distinct().ToArray());
        parameters.AddWithValue("own", waves.Own);
        parameters.AddWithValue("zones", waves.Zones.Select(wave => wave.Zone).ToArray());
        parameters.AddWithValue("hours", waves.Zones.Select(wave => wave.DueAt).ToArray());
        suppressions.AddKeys(parameters);
    }

    /// <summary>Without a time limit: a million rows and their indexes take what they take.</summary>
    private static async Task ExecuteAsync(NpgsqlTransaction transaction, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, transaction.Connection, transaction) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
