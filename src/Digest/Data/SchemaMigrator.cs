using Microsoft.EntityFrameworkCore;

namespace Digest.Data;

/// <summary>Brings the database to this version (docs/decisions/0006).</summary>
public sealed class SchemaMigrator(IDbContextFactory<DigestDbContext> contexts)
{
    /// <summary>Applies what is missing, one migration at a time; EF Core's own lock keeps two runs apart.</summary>
    /// <param name="onApplying">Told the name of each migration before it is applied.</param>
    /// <returns>How many were applied.</returns>
    public async Task<int> MigrateAsync(Action<string> onApplying, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var pending = (await database.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
        foreach (var name in pending)
        {
            onApplying(name);
        }

        await database.Database.MigrateAsync(cancellationToken);
        return pending.Count;
    }
}
