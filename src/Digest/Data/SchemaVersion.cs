using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Digest.Data;

/// <summary>What this program and a database know of each other's migrations.</summary>
/// <param name="Pending">Known here, not applied there: the database is behind.</param>
/// <param name="Unknown">Applied there, not known here: the database is ahead.</param>
internal sealed record SchemaVersion(IReadOnlyList<string> Pending, IReadOnlyList<string> Unknown)
{
    public static async Task<SchemaVersion> ReadAsync(DatabaseFacade database, CancellationToken cancellationToken)
    {
        var known = database.GetMigrations().ToList();
        var applied = (await database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        return new SchemaVersion([.. known.Except(applied)], [.. applied.Except(known)]);
    }

    /// <exception cref="SchemaException">The database is ahead: this program would not understand it.</exception>
    public void RefuseAhead()
    {
        if (Unknown.Count > 0)
        {
            throw new SchemaException($"This program is older than the database, which has the migration {Unknown[^1]}; start the newer version.");
        }
    }
}
