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

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
