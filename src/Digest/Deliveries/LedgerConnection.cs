using Digest.Smtp;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>A connection whose statements stay prepared; made anew after any failure.</summary>
/// <param name="write">Opens it.</param>
/// <param name="loop">Waits for its answers.</param>
public sealed class LedgerConnection(LedgerWrite write, WireLoop loop) : IAsyncDisposable
{
    private NpgsqlConnection? connection;
    private NpgsqlWire? wire;

    /// <returns>Whether they are written; not when it would have to wait for somebody else's lock and may not.</returns>
    /// <exception cref="NpgsqlException">See <see cref="LedgerWrite.RunAsync"/>.</exception>
    public async ValueTask<bool> WriteAsync(Guid worker, IReadOnlyList<LedgerStep> batch, bool mayWait)
    {
        try
        {
            if (connection is null)
            {
                // Looking up a name and checking a certificate may block.
                connection = await Task.Run(write.OpenAsync);
                wire = NpgsqlWire.Join(connection, loop);
            }

            await write.RunAsync(connection, worker, batch, mayWait);
            return true;
        }
        catch (PostgresException error) when (!mayWait && error.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return false;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is { } used)
        {
            connection = null;
            wire?.Leave();
            wire = null;
            await used.DisposeAsync();
        }
    }
}
