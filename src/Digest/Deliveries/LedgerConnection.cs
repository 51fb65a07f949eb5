using Npgsql;

namespace Digest.Deliveries;

/// <summary>A connection whose statements stay prepared; made anew after any failure.</summary>
public sealed class LedgerConnection(LedgerWrite write) : IDisposable
{
    private NpgsqlConnection? connection;
    private NpgsqlWire? wire;

    /// <returns>Whether they are written; not when it would have to wait for somebody else's lock and may not.</returns>
    /// <exception cref="NpgsqlException">See <see cref="LedgerWrite.Run"/>.</exception>
    public bool Write(Guid worker, IReadOnlyList<LedgerStep> batch, bool mayWait)
    {
        try
        {
            if (connection is null)
            {
                connection = write.Open();
                wire = NpgsqlWire.Block(connection);
            }

            write.Run(connection, worker, batch, mayWait);
            return true;
        }
        catch (PostgresException error) when (!mayWait && error.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return false;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (connection is { } used)
        {
            connection = null;
            wire?.Restore();
            used.Dispose();
        }
    }
}
