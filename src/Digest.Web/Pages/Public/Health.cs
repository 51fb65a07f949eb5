using Digest.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Digest.Web.Pages.Public;

/// <summary>What a supervisor asks: <c>/alive</c> whether the process answers, <c>/health</c> whether it can do its work.</summary>
internal static class Health
{
    private const string LastMigration = "select migration_id from digest.__migrations order by migration_id desc limit 1";

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/alive", () => Results.Text("alive\n"));
        app.MapGet("/health", CheckAsync);
    }

    private static async Task<IResult> CheckAsync(
        IDbContextFactory<DigestDbContext> contexts, NpgsqlDataSource dataSource, HttpResponse response, CancellationToken cancellationToken)
    {
        response.Headers.CacheControl = "no-store";
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var problem = await ProblemAsync(dataSource, [.. database.Database.GetMigrations()], cancellationToken);
        return problem is null
            ? Results.Text("healthy\n")
            : Results.Text($"{problem}\n", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<string?> ProblemAsync(
        NpgsqlDataSource dataSource, List<string> known, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = dataSource.CreateCommand(LastMigration);
            var last = await command.ExecuteScalarAsync(cancellationToken) as string;
            return last == known[^1] ? null
                : last is null || known.Contains(last) ? "The database is behind this version; run `digest migrate`."
                : "The database is ahead of this version; install the version that migrated it.";
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return "The database has never been migrated; run `digest migrate`.";
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException)
        {
            // The text of the error may name the server; it is for the log of the host, not for whoever asks.
            return "The database does not answer.";
        }
    }
}
