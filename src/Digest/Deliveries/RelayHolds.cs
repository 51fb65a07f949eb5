using Microsoft.Extensions.Logging;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// Relays that asked to slow down (4.7.28), for all workers and over restarts: a row among the budgets that is empty, and refilled
/// at the end of the hold and not before.
/// </summary>
public sealed class RelayHolds(NpgsqlDataSource dataSource, ILogger<RelayHolds> logger)
{
    private const string Tell = """
        insert into digest.send_budgets as b (key, tokens, refilled_at) values ($1, 0, clock_timestamp() + $2)
        on conflict (key) do update set refilled_at = greatest(b.refilled_at, excluded.refilled_at)
        returning refilled_at
        """;

    // One that is over counts until all workers have their connections back, which whoever shares them out knows (RelaySlots).
    private const string Look = """
        select refilled_at, refilled_at - clock_timestamp() from digest.send_budgets
        where key = $1 and refilled_at > clock_timestamp() - interval '1 day'
        """;

    /// <summary>One of our workers was told so, and holds already. Lets nothing that the database does change what the relay said.</summary>
    public async Task TellAsync(Route route)
    {
        try
        {
            await using var command = dataSource.CreateCommand(Tell);
            command.Parameters.Add(new() { Value = KeyOf(route) });
            command.Parameters.Add(new() { Value = BackOff.RateLimitPause });
            route.KnowHold((DateTime)(await command.ExecuteScalarAsync(CancellationToken.None))!);
        }
        catch (Exception error)
        {
            logger.HoldNotShared(error, route.Name);
        }
    }

    /// <summary>Holds what another worker was told to hold, or this one before it was restarted.</summary>
    public async Task LookAsync(IReadOnlyList<Route> routes, CancellationToken cancellationToken)
    {
        foreach (var route in routes)
        {
            await using var command = dataSource.CreateCommand(Look);
            command.Parameters.Add(new() { Value = KeyOf(route) });
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            if (await row.ReadAsync(cancellationToken))
            {
                route.Hold(row.GetFieldValue<DateTimeOffset>(0), row.GetTimeSpan(1));
            }
        }
    }

    private static string KeyOf(Route route) => $"relay:{route.Name}:hold";
}
