using Digest.Smtp;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// Shares among the living workers the connections that a relay allows to all of them, by its settings or after a hold. A worker gives up what it holds
/// beyond its share when its lanes have closed, and at its stop; what a lapsed worker held is taken over.
/// </summary>
public sealed class RelaySlots(
    NpgsqlDataSource dataSource, IOptions<SendingSettings> settings, TimeProvider time, ILogger<RelaySlots> log)
{
    private const string Living = "select id from digest.sending_workers where stopped_at is null and heartbeat_at >= @lapsed";

    private const string Open = """
        insert into digest.relay_slots (relay, number) select @relay, n from generate_series(1, @limit) n
        on conflict (relay, number) do nothing
        """;

    // Everybody's share differs by one at most; the oldest workers have the larger ones.
    private const string Share = $"""
        select @limit / count(*) + case when count(*) filter (where id < @worker) < @limit % count(*) then 1 else 0 end
        from ({Living} union select @worker) living
        """;

    // The highest numbers, and with them those beyond a limit that was lowered.
    private const string GiveUp = """
        update digest.relay_slots set held_by = null
        where relay = @relay and number in (
            select number from digest.relay_slots where relay = @relay and held_by = @worker order by number offset @share)
        """;

    private const string TakeUp = $"""
        update digest.relay_slots set held_by = @worker
        where relay = @relay and number in (
            select number from digest.relay_slots
            where relay = @relay and number <= @limit and held_by is distinct from @worker
                and (held_by is null or held_by not in ({Living}))
            order by number limit greatest(0, @share - (select count(*) from digest.relay_slots where relay = @relay and held_by = @worker))
            for update skip locked)
        """;

    private const string Held = "select count(*)::int from digest.relay_slots where relay = @relay and number <= @limit and held_by = @worker";

    private const string GiveUpRelays = "update digest.relay_slots set held_by = null where held_by = @worker and relay = @relay";

    private const string GiveUpAll = "update digest.relay_slots set held_by = null where held_by = @worker";

    private readonly ILogger logger = new UnfailingLog(log);

    /// <summary>
    /// Keeps a worker's shares up to date until it stops, and then until it has drained: its successor need not wait for the last
    /// reply. Nothing to do while no relay has a limit.
    /// </summary>
    /// <param name="worker">Registered already.</param>
    /// <param name="routes">Its routes.</param>
    /// <param name="wake">Set when a share changed.</param>
    /// <param name="stopping">At the stop.</param>
    /// <param name="drained">When the last lane has closed.</param>
    public async Task RunAsync(Guid worker, IReadOnlyList<Route> routes, Wake wake, CancellationToken stopping, CancellationToken drained)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                foreach (var route in routes)
                {
                    if (route.ConnectionsInAll is { } limit)
                    {
                        await RefreshAsync(worker, route, limit, wake, stopping);
                    }
                    else if (route.Slots != int.MaxValue)
                    {
                        await UnlimitAsync(worker, route, wake, stopping);
                    }
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            // Whatever it was: a worker that stops looking would keep its slots from the others.
            catch (Exception error)
            {
                logger.SlotsUnknown(error);
            }

            await Task.Delay(TimeSpan.FromSeconds(settings.Value.PollSeconds), time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await DrainAsync(worker, [.. routes.Where(route => route.ConnectionsInAll is not null)], drained);
    }

    private async Task DrainAsync(Guid worker, IReadOnlyList<Route> limited, CancellationToken drained)
    {
        while (!drained.IsCancellationRequested)
        {
            try
            {
                foreach (var route in limited)
                {
                    await using var command = dataSource.CreateCommand(GiveUp);
                    command.Parameters.AddWithValue("worker", worker);
                    command.Parameters.AddWithValue("relay", route.Name);
                    command.Parameters.AddWithValue("share", route.Gate.Busy);
                    await command.ExecuteNonQueryAsync(CancellationToken.None);
                }
            }
            // It gives up all of them at its end.
            catch (Exception error)
            {
                logger.SlotsUnknown(error);
            }

            await Task.Delay(TimeSpan.FromSeconds(settings.Value.PollSeconds), time, drained).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The worker stopped in good order: its lanes are closed.</summary>
    public async Task GiveUpAsync(Guid worker, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(GiveUpAll);
        command.Parameters.AddWithValue("worker", worker);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task RefreshAsync(Guid worker, Route route, int limit, Wake wake, CancellationToken cancellationToken)
    {
        var held = route.HeldUntil;
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var share = (int)await ScalarAsync(connection, [Open, Share], worker, route.Relay, limit, 0, cancellationToken);
        if (share >= route.Relay.Settings.Connections)
        {
            share = route.Relay.Settings.Connections;
            route.EndHold(held);
        }

        if (share < route.Slots)
        {
            // First the lanes, then the slots: a lane that finishes its message still has its connection.
            route.Slots = share;
            route.Regulate();
        }

        var kept = Math.Max(share, route.Gate.Busy);
        var taken = (int)await ScalarAsync(connection, [GiveUp, TakeUp, Held], worker, route.Relay, limit, kept, cancellationToken);
        if (route.Slots != Math.Min(taken, share))
        {
            route.Slots = Math.Min(taken, share);
            wake.Set();
        }
    }

    /// <summary>After a hold nothing limits all workers together any more.</summary>
    private async Task UnlimitAsync(Guid worker, Route route, Wake wake, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(GiveUpRelays);
        command.Parameters.AddWithValue("worker", worker);
        command.Parameters.AddWithValue("relay", route.Name);
        await command.ExecuteNonQueryAsync(cancellationToken);
        route.Slots = int.MaxValue;
        wake.Set();
    }

    /// <returns>What the last of the statements returns.</returns>
    private async Task<long> ScalarAsync(
        NpgsqlConnection connection, IReadOnlyList<string> statements, Guid worker, Relay relay, int limit, int kept,
        CancellationToken cancellationToken)
    {
        // The commands of a batch are one transaction.
        await using var batch = new NpgsqlBatch(connection);
        foreach (var statement in statements)
        {
            var command = new NpgsqlBatchCommand(statement);
            command.Parameters.AddWithValue("worker", worker);
            command.Parameters.AddWithValue("relay", relay.Name);
            command.Parameters.AddWithValue("limit", limit);
            command.Parameters.AddWithValue("share", kept);
            command.Parameters.AddWithValue("lapsed", time.GetUtcNow() - TimeSpan.FromSeconds(settings.Value.LapseSeconds));
            batch.BatchCommands.Add(command);
        }

        return Convert.ToInt64(await batch.ExecuteScalarAsync(cancellationToken), System.Globalization.CultureInfo.InvariantCulture);
    }
}
