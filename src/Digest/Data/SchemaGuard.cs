using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Digest.Data;

/// <summary>
/// Stops a host that does not fit its database (docs/decisions/0006), before any other service starts, in whatever
/// order they were added.
/// </summary>
public sealed class SchemaGuard(IDbContextFactory<DigestDbContext> contexts, NpgsqlDataSource dataSource) : IHostedLifecycleService
{
    /// <exception cref="SchemaException">The database is unreachable, behind, or ahead.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.ConnectAsync(cancellationToken);
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var version = await SchemaVersion.ReadAsync(database.Database, cancellationToken);
        version.RefuseAhead();
        if (version.Pending is [var first, ..])
        {
            throw new SchemaException($"The database is behind this program, from the migration {first} on; run `digest migrate`.");
        }

        if (!await HangfireSchema.IsCurrentAsync(connection, cancellationToken))
        {
            throw new SchemaException("The database lacks the present schema of Hangfire; run `digest migrate`.");
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

public static class SchemaGuardRegistration
{
    public static IServiceCollection AddSchemaGuard(this IServiceCollection services) => services.AddHostedService<SchemaGuard>();
}
