using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Digest.Data;

/// <summary>Brings the database to this version (docs/decisions/0006).</summary>
public sealed class SchemaMigrator(IDbContextFactory<DigestDbContext> contexts, NpgsqlDataSource dataSource)
{
    /// <summary>Applies what is missing, and Hangfire's own schema; a second run at the same time waits and finds nothing to do.</summary>
    /// <param name="onApplying">Told the name of each step before it is applied.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <param name="withHangfire">Also installs Hangfire's schema, which worker and web need.</param>
    /// <returns>How many migrations were applied.</returns>
    /// <exception cref="SchemaException">The database cannot be reached, or is ahead of this program.</exception>
    public async Task<int> MigrateAsync(Action<string> onApplying, CancellationToken cancellationToken, bool withHangfire = true)
    {
        await using var connection = await dataSource.ConnectAsync(cancellationToken);
        // EF Core's own lock comes later than the schema it creates for its history.
        await ExecuteAsync(connection, "select pg_advisory_lock(hashtextextended('digest migrate', 0))", cancellationToken);
        try
        {
            var applied = await ApplyAsync(onApplying, cancellationToken);
            if (withHangfire && !await HangfireSchema.IsCurrentAsync(connection, cancellationToken))
            {
                onApplying("the schema of Hangfire");
                await HangfireSchema.InstallAsync(connection, cancellationToken);
            }

            return applied;
        }
        finally
        {
            // A pooled connection would keep the lock until somebody uses it again.
            await ExecuteAsync(connection, "select pg_advisory_unlock_all()", CancellationToken.None);
        }
    }

    private async Task<int> ApplyAsync(Action<string> onApplying, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var version = await SchemaVersion.ReadAsync(database.Database, cancellationToken);
        version.RefuseAhead();
        foreach (var name in version.Pending)
        {
            onApplying(name);
            // A large ledger takes its time; half a migration is none.
            database.Database.SetCommandTimeout(0);
            await database.Database.MigrateAsync(name, cancellationToken);
        }

        return version.Pending.Count;
    }

    /// <summary>Without a time limit: another run may take as long as its migrations do.</summary>
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
