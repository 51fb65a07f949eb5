using System.Globalization;
using Hangfire.PostgreSql;
using Npgsql;

namespace Digest.Data;

/// <summary>Hangfire's own tables, which its package installs and numbers.</summary>
internal static class HangfireSchema
{
    public const string Name = "hangfire";

    /// <summary>The version that the package in use installs: its highest script, Install.v23.sql and so on.</summary>
    private static readonly int Latest = typeof(PostgreSqlStorage).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith("Hangfire.PostgreSql.Scripts.Install.v", StringComparison.Ordinal))
        .Select(name => name.Split('.')[^2].TrimStart('v'))
        .Max(version => int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0);

    public static async Task<bool> IsCurrentAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand("select to_regclass('hangfire.schema') is not null", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return false;
        }

        await using var version = new NpgsqlCommand("select version from hangfire.schema", connection);
        return await version.ExecuteScalarAsync(cancellationToken) is int installed && installed >= Latest;
    }

    /// <exception cref="SchemaException">The package could not install it; it logs its own errors and throws none.</exception>
    public static async Task InstallAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        PostgreSqlObjectsInstaller.Install(connection, Name);
        if (!await IsCurrentAsync(connection, cancellationToken))
        {
            throw new SchemaException("Hangfire's schema could not be installed; its user needs the right to create a schema in the database.");
        }
    }
}
