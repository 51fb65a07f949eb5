using Npgsql;

namespace Digest.Data;

internal static class DatabaseConnection
{
    /// <exception cref="SchemaException">It cannot be reached; the sentence names host, port and database.</exception>
    public static async Task<NpgsqlConnection> ConnectAsync(this NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        try
        {
            return await dataSource.OpenConnectionAsync(cancellationToken);
        }
        catch (Exception error) when (DatabaseFailure.Reason(error) is { } reason)
        {
            var place = new NpgsqlConnectionStringBuilder(dataSource.ConnectionString);
            throw new SchemaException($"The database '{place.Database}' at {place.Host}:{place.Port} cannot be used ({reason.TrimEnd('.')}); "
                + "check ConnectionStrings:Digest, and that PostgreSQL runs there.", error);
        }
    }
}
