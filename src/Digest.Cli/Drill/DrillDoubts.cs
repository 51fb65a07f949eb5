using Npgsql;

namespace Digest.Cli.Drill;

/// <summary>
/// Remembers in the scratch database whose each doubt is: the ledger forgets who held a claim when it is taken back. A worker is
/// known by a number that each of its sessions bears.
/// </summary>
internal sealed class DrillDoubts(NpgsqlDataSource dataSource)
{
    private const string Setting = "drill.worker";

    private const string Remember = $"""
        create schema drill;
        create table drill.workers (id uuid primary key, number int not null);
        create table drill.doubts (subscriber_id bigint primary key, worker uuid not null);
        create function drill.know_worker() returns trigger language plpgsql as
        $$ begin insert into drill.workers values (new.id, current_setting('{Setting}')::int); return null; end $$;
        create function drill.know_doubt() returns trigger language plpgsql as
        $$ begin insert into drill.doubts values (new.subscriber_id, old.claimed_by) on conflict (subscriber_id) do update set worker = excluded.worker; return null; end $$;
        create trigger know_worker after insert on digest.sending_workers for each row execute function drill.know_worker();
        create trigger know_doubt after update on digest.deliveries for each row
            when (new.state = 'in_doubt' and old.claimed_by is not null) execute function drill.know_doubt();
        """;

    private const string Count = """
        select w.number, count(*)::int
        from drill.doubts k join drill.workers w on w.id = k.worker join digest.deliveries d on d.subscriber_id = k.subscriber_id
        where d.issue_id = $1 and d.state = 'in_doubt'
        group by w.number
        """;

    /// <summary>The connection string of a worker's sessions.</summary>
    public static string WithNumber(string connectionString, int worker)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        builder.Options = $"{builder.Options} -c {Setting}={worker}".Trim();
        return builder.ConnectionString;
    }

    /// <summary>From now on; no worker has started.</summary>
    public async Task RememberAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Remember);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <returns>How many deliveries are in doubt, by the number of the worker that had begun them.</returns>
    public async Task<IReadOnlyDictionary<int, int>> CountAsync(long issueId, CancellationToken cancellationToken)
    {
        var doubts = new Dictionary<int, int>();
        await using var command = dataSource.CreateCommand(Count);
        command.Parameters.Add(new() { Value = issueId });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            doubts[row.GetInt32(0)] = row.GetInt32(1);
        }

        return doubts;
    }
}
