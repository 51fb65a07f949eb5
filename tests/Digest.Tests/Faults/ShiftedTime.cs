using Digest.Data;
using Digest.TestKit;
using Digest.Tests.Deliveries;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Digest.Tests.Faults;

/// <summary>The clock of a machine that somebody set wrong; its timers are right.</summary>
/// <param name="hours">How far it is ahead.</param>
internal sealed class ShiftedTime(int hours) : TimeProvider
{
    public TimeSpan Shift { get; set; } = TimeSpan.FromHours(hours);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;

    /// <summary>The rooms of a worker on that machine, which beats each second.</summary>
    public ServiceProvider Worker(SendingWorld world, int connections = 1) => TestServices.Build(
        world.Ledger.Database,
        world.Ledger.Time,
        world.Relay.Port,
        new Dictionary<string, string?>
        {
            ["Digest:Smtp:Connections"] = $"{connections}",
            ["Digest:Sending:BatchSize"] = "10",
            ["Digest:Sending:HeartbeatSeconds"] = "1",
        },
        rooms => rooms.AddSingleton<TimeProvider>(provider => new DatabaseTime(this, provider.GetRequiredService<NpgsqlDataSource>())));

    /// <summary>Twice since now each worker recovered and expired what it took for dead or late.</summary>
    /// <param name="world">Whose workers.</param>
    /// <param name="except">Beats no more.</param>
    public static async Task BeatsAsync(SendingWorld world, Guid except = default)
    {
        for (var beat = 0; beat < 3; beat++)
        {
            var last = await HeartbeatsAsync();
            await world.UntilAsync(async () => (await HeartbeatsAsync()).Zip(last).All(pair => pair.First != pair.Second));
        }

        async Task<DateTime[]> HeartbeatsAsync() => await world.Ledger.Database.ScalarAsync<DateTime[]>(
            "select array_agg(heartbeat_at order by id) from digest.sending_workers where id <> $1", except) ?? [];
    }
}
