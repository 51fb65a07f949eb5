using Npgsql;

namespace Digest.Deliveries;

/// <summary>What a transaction of <see cref="LedgerCommand"/>s has written.</summary>
/// <param name="Settled">The rows that were still ours.</param>
/// <param name="Begun">The rows whose messages may be completed.</param>
internal sealed record LedgerAnswer(HashSet<LedgerKey> Settled, HashSet<LedgerKey> Begun)
{
    /// <summary>The commands of a batch are one transaction.</summary>
    /// <exception cref="NpgsqlException">Nothing was committed, or that is not known.</exception>
    public static async ValueTask<LedgerAnswer> ReadAsync(NpgsqlConnection connection, IReadOnlyList<LedgerCommand.One> commands)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (_, command) in commands)
        {
            batch.BatchCommands.Add(command);
        }

        await batch.PrepareAsync();
        var answer = new LedgerAnswer([], []);
        await using var results = await batch.ExecuteReaderAsync();
        // What returns no rows has no result.
        foreach (var kind in commands.Select(one => one.Kind).OfType<LedgerKind>())
        {
            while (await results.ReadAsync())
            {
                (results.GetBoolean(0) ? answer.Settled : answer.Begun).Add(new LedgerKey(kind, results.GetInt64(1), results.GetInt64(2)));
            }

            await results.NextResultAsync();
        }

        return answer;
    }
}
