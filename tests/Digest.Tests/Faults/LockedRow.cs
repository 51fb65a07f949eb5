using Digest.TestKit;
using Npgsql;

namespace Digest.Tests.Faults;

/// <summary>
/// The begun row of the ledger, locked by somebody else: its outcome, and the mark that follows in the same transaction, wait
/// behind it while the next message is on the wire.
/// </summary>
internal sealed class LockedRow : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;

    private LockedRow(NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (this.connection, this.transaction) = (connection, transaction);

    public static async Task<LockedRow> BegunAsync(TestDatabase database)
    {
        var connection = await database.DataSource.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(
            "select subscriber_id from digest.deliveries where state = 'claimed' and begun_at is not null for update", connection, transaction);
        return await command.ExecuteScalarAsync() is not null
            ? new LockedRow(connection, transaction)
            : throw new InvalidOperationException("No row of the ledger is begun.");
    }

    /// <summary>
    /// A session of this database waits for a lock: longer than the statement for outcomes and marks together does, which gives up, so
    /// that what is committed from now on is seen by the marks.
    /// </summary>
    public static Task<bool> IsWaitedForAsync(TestDatabase database) => database.ScalarAsync<bool>("""
        select exists (
            select from pg_locks l join pg_stat_activity a on a.pid = l.pid
            where a.datname = current_database() and not l.granted and l.waitstart < clock_timestamp() - interval '10 milliseconds')
        """);

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
