using Npgsql;

namespace Digest.Deliveries;

/// <summary>A connection whose statements stay prepared; made anew after any failure.</summary>
internal sealed class LedgerConnection(LedgerWrite write) : IDisposable
{
    private NpgsqlConnection? connection;

    /// <exception cref="NpgsqlException">See <see cref="LedgerWrite.Run"/>.</exception>
    public void Write(Guid worker, IReadOnlyList<LedgerStep> batch)
    {
        try
        {
            connection ??= write.Open();
            write.Run(connection, worker, batch);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        connection?.Dispose();
        connection = null;
    }
}
