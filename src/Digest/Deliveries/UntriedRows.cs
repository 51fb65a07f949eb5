using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>Counts what of an issue is still to be tried, by when it is due and, where domains have limits, for which of them.</summary>
public sealed class UntriedRows(NpgsqlDataSource dataSource, IOptions<SendingSettings> settings, TimeProvider time)
{
    /// <summary>With domains a million rows take a second or two; so many times as long as it took, the count stands.</summary>
    private const int StandsFor = 10;

    private readonly ConcurrentDictionary<long, (long At, TimeSpan Took, IReadOnlyList<Group> Groups)> counts = [];

    // A wave is due when it first was: dated_at, or the queueing where it has none (QueueRows). What is due later than that was put
    // off. Waves by the minute; all that is due, and all that was put off, is one group.
    private static string Statement(string domain, string limited) => $"""
        select d.state = 'deferred', d.state = 'queued' and d.due_at > coalesce(d.dated_at, @queued), {domain},
            min(coalesce(d.dated_at, @queued)), min(d.due_at), max(d.due_at), count(*)::int
        from digest.deliveries d {limited}
        where d.issue_id = @issue and d.state in ('queued', 'claimed', 'deferred')
        group by 1, 2, 3, case when d.due_at = d.dated_at and d.due_at > @now then date_trunc('minute', d.due_at) end
        order by 4
        """;

    private static readonly string Plain = Statement("null::text", "");

    // The names are joined, and not compared in place: so the planner knows that there are few of them.
    private static readonly string ByDomain = Statement("limited.domain", """
        left join (
            select s.id, named.domain from digest.subscribers s join unnest(@domains) named (domain) on named.domain = split_part(s.address_key, '@', 2)
        ) limited on limited.id = d.subscriber_id
        """);

    /// <param name="issueId">Whose.</param>
    /// <param name="queuedAt">When it was queued.</param>
    /// <param name="facts">To which the counts are added.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<RunFacts> ReadAsync(long issueId, DateTimeOffset queuedAt, RunFacts facts, CancellationToken cancellationToken)
    {
        var groups = settings.Value.Domains.Count == 0
            ? await CountAsync(Plain, issueId, queuedAt, facts.Now, cancellationToken)
            : await StandingAsync(issueId, queuedAt, facts.Now, cancellationToken);
        var (deferred, untried) = (groups.Where(group => group.Deferred).ToList(), groups.Where(group => !group.Deferred).ToLookup(group => group.Domain));
        return facts with
        {
            Deferred = deferred.Sum(group => group.Count),
            NextRetryAt = deferred.Count == 0 ? null : deferred.Min(group => group.NextAt),
            Waves = WavesOf(untried[null]),
            PutOff = PutOffOf(untried[null]),
            Domains = [.. from rows in untried
                where rows.Key is not null
                orderby rows.Key
                select new DomainRows(rows.Key, settings.Value.Domains[rows.Key], WavesOf(rows), PutOffOf(rows))],
        };
    }

    private async Task<IReadOnlyList<Group>> StandingAsync(long issueId, DateTimeOffset queuedAt, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (counts.TryGetValue(issueId, out var count) && time.GetElapsedTime(count.At) < count.Took * StandsFor)
        {
            return count.Groups;
        }

        var began = time.GetTimestamp();
        var groups = await CountAsync(ByDomain, issueId, queuedAt, now, cancellationToken);
        counts[issueId] = (time.GetTimestamp(), time.GetElapsedTime(began), groups);
        return groups;
    }

    private async Task<IReadOnlyList<Group>> CountAsync(
        string statement, long issueId, DateTimeOffset queuedAt, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(statement);
        command.Parameters.AddWithValue("issue", issueId);
        command.Parameters.AddWithValue("queued", queuedAt);
        command.Parameters.AddWithValue("now", now);
        command.Parameters.AddWithValue("domains", settings.Value.Domains.Keys.ToArray());
        var groups = new List<Group>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            groups.Add(new(
                rows.GetBoolean(0), rows.GetBoolean(1), rows.IsDBNull(2) ? null : rows.GetString(2), rows.GetFieldValue<DateTimeOffset>(3),
                rows.GetFieldValue<DateTimeOffset>(4), rows.GetFieldValue<DateTimeOffset>(5), rows.GetInt32(6)));
        }

        return groups;
    }

    private static IReadOnlyList<(DateTimeOffset, int)> WavesOf(IEnumerable<Group> groups) =>
        [.. groups.Where(group => !group.PutOff).Select(group => (group.FirstDueAt, group.Count))];

    private static PutOff? PutOffOf(IEnumerable<Group> groups) => groups.SingleOrDefault(group => group.PutOff) is { } group
        ? new PutOff(group.Count, group.FirstDueAt, group.NextAt, group.LastAt) : null;

    private sealed record Group(
        bool Deferred, bool PutOff, string? Domain, DateTimeOffset FirstDueAt, DateTimeOffset NextAt, DateTimeOffset LastAt, int Count);
}
