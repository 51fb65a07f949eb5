using Digest.Smtp;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// How many messages the relays' warm-ups leave for today, and for each day after it. A relay that is not warmed up takes what the
/// others have no share left for, so that there is then no limit to speak of.
/// </summary>
public sealed class WarmUpDays(Relays relays, NpgsqlDataSource dataSource)
{
    /// <summary>A forecast beyond a year is none.</summary>
    private const int MostDays = 366;

    private const string Used = """
        select coalesce(sum(l.capacity - greatest(0, b.tokens)), 0)
        from digest.send_budgets b join unnest($1, $2) l (key, capacity) on l.key = b.key
        """;

    /// <returns>Messages by day (UTC), from today until the last day on which every relay is warmed up.</returns>
    public async Task<IReadOnlyList<int>> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var days = Enumerable.Range(0, MostDays)
            .Select(day => relays.All.Select(relay => Budget.OfDay(relay, today.AddDays(day))).OfType<Budget>().ToList())
            .TakeWhile(shares => shares.Count == relays.All.Count)
            .ToList();
        if (days.Count == 0)
        {
            return [];
        }

        await using var command = dataSource.CreateCommand(Used);
        command.Parameters.Add(new() { Value = days[0].Select(share => share.Key).ToArray() });
        command.Parameters.Add(new() { Value = days[0].Select(share => share.Capacity).ToArray() });
        var used = (double)(await command.ExecuteScalarAsync(cancellationToken))!;
        return [.. days.Select((shares, day) => (int)Math.Min(int.MaxValue, shares.Sum(share => share.Capacity) - (day == 0 ? used : 0)))];
    }
}
