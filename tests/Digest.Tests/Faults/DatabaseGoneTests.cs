using Digest.Local.Mailbox;
using Digest.Tests.Deliveries;
using Npgsql;
using Shouldly;
using Xunit;

namespace Digest.Tests.Faults;

/// <summary>PostgreSQL is stopped in the middle of a send, and comes back.</summary>
[Trait("Category", "Slow")]
public sealed class DatabaseGoneTests(OwnServer server) : IClassFixture<OwnServer>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("fast")]
    [InlineData("immediate")]
    public async Task What_had_its_dot_out_is_settled_by_its_reply_when_the_database_is_back_and_nothing_is_lost_or_doubled(string mode)
    {
        const int lanes = 4, before = 8, readers = 60;
        await using var world = await SendingWorld.ApprovedAsync(
            await server.NewDatabaseAsync($"stopped_{mode}"), LedgerWorld.Monday, readers, lanes);
        await world.Ledger.QueueAsync(Stop);
        var dots = world.Relay.Nth(SmtpStep.Dot, before + lanes);
        var gate = world.Relay.HoldReplies(after: before);
        await world.StartWorkerAsync();
        await world.ComesAsync(dots);
        var begun = world.Heard("MAIL FROM");

        await server.StopAsync(mode);
        gate.SetResult();
        await world.Relay.Store.WaitForCountAsync(before + lanes, Stop);
        await server.StartAsync();
        await world.UntilAsync(async () => await CountAsync(world, "accepted") == readers);

        (await CountAsync(world, "in_doubt")).ShouldBe(0);
        world.Relay.Dots.ShouldBe(readers);
        world.Recipients.ShouldBe(world.Ledger.Readers.Select(reader => reader.Address), ignoreOrder: true);
        // No dot without a mark: what was on the wire when the marks failed was taken back, once on each lane, or twice where the
        // good answer of the other writer's last commit came after the first failure.
        world.Heard("MAIL FROM").ShouldBeLessThanOrEqualTo(begun + (2 * lanes) + (readers - before - lanes));
    }

    /// <returns>None while the database does not answer.</returns>
    private static async Task<long?> CountAsync(SendingWorld world, string state)
    {
        try
        {
            return await world.Ledger.Database.ScalarAsync<long>("select count(*) from digest.deliveries where state = $1", state);
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }
}
