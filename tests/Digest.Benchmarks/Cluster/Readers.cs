namespace Digest.Benchmarks.Cluster;

/// <summary>Confirmed subscribers reader1, reader2 and so on, spread over domains that RFC 2606 reserves.</summary>
internal static class Readers
{
    private const string Insert = """
        insert into digest.subscribers
            (newsletter_id, address, address_key, state, topics, token_version, created_at, confirmed_at)
        select n.id, a.address, a.address, 'confirmed', '{}', 1, now() - interval '1 year', now() - interval '1 year'
        from digest.newsletters n
        cross join generate_series(1, $1) as i
        cross join lateral (select format('reader%s@mail%s.example', i, i % 8) as address) a
        order by i
        """;

    public static async Task AddAsync(BenchDatabase database, int count, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync(Insert, cancellationToken, count);
        // As a table that has stood for a year, not one that was filled a second ago.
        await database.ExecuteAsync("vacuum (analyze) digest.subscribers", cancellationToken);
    }
}
