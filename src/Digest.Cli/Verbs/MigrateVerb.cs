using System.CommandLine;
using Digest.Data;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>Brings the database to this version. Hosts never do it by themselves (docs/decisions/0006).</summary>
internal static class MigrateVerb
{
    public static Command Create()
    {
        var verb = new Command("migrate", "Bring the database in ConnectionStrings__Digest to this version; safe to run twice at once.");
        verb.SetAction(async (_, cancellationToken) =>
        {
            await using var services = CliConfiguration.Services(CliConfiguration.Read());
            var migrator = services.GetRequiredService<SchemaMigrator>();
            var applied = await migrator.MigrateAsync(name => Console.Error.WriteLine($"applying {name}"), cancellationToken);
            Console.Out.WriteLine(applied == 0 ? "The database is already up to date; nothing changed." : $"Applied {Counted.Of(applied, "migration", "migrations")}.");
            return 0;
        });
        return verb;
    }
}
