using Digest.Deliveries;
using Digest.Issues;
using Digest.Smtp;
using Npgsql;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>What ends a large issue does so in pieces, so that no lane and no heartbeat waits for all of it.</summary>
public sealed class LargeIssueTests
{
    private const int Readers = (2 * SettleUnsent.PieceRows) + 5000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cancel_withdraws_in_pieces_each_committed_and_counts_all_of_them()
    {
        await using var world = await QueuedAsync();
        await WatchAsync(world);
        var worker = await world.RegisterWorkerAsync(Stop);
        await world.ClaimAsync(worker, Stop, limit: 3);
        await world.Database.ExecuteAsync(
            "update digest.deliveries set begun_at = due_at where state = 'claimed' and subscriber_id = (select min(subscriber_id) from digest.deliveries where state = 'claimed')");
        await world.Database.ExecuteAsync("truncate digest.pieces");

        (await world.Get<IssueControls>().CancelAsync(world.Issue.Id, "operator@example.com", Stop)).ShouldBe((Readers - 1, 1));

        await ShouldBePiecesAsync(world, Readers - 1);
    }

    [Fact]
    public async Task A_cancel_that_dies_in_the_middle_is_finished_by_the_next_which_counts_all_of_them()
    {
        await using var world = await QueuedAsync();
        await WatchAsync(world, failsAt: 2);
        await Should.ThrowAsync<PostgresException>(() => world.Get<IssueControls>().CancelAsync(world.Issue.Id, "operator@example.com", Stop));
        (await world.IssueAsync()).State.ShouldBe(IssueState.Cancelled);
        (await CountAsync(world, DeliveryState.Cancelled)).ShouldBe(SettleUnsent.PieceRows);

        (await world.Get<IssueControls>().CancelAsync(world.Issue.Id, "operator@example.com", Stop)).ShouldBe((Readers, 0));
        (await world.Get<IssueControls>().CancelAsync(world.Issue.Id, "operator@example.com", Stop)).ShouldBe((Readers, 0));
    }

    [Fact]
    public async Task A_cancel_that_dies_in_the_middle_is_finished_by_the_workers_sweep()
    {
        await using var world = await QueuedAsync();
        await WatchAsync(world, failsAt: 2);
        await Should.ThrowAsync<PostgresException>(() => world.Get<IssueControls>().CancelAsync(world.Issue.Id, "operator@example.com", Stop));

        (await world.Get<SweepLedger>().ExpireAsync(Stop)).ShouldBe(Readers - SettleUnsent.PieceRows);

        (await CountAsync(world, DeliveryState.Cancelled)).ShouldBe(Readers);
        await ShouldBePiecesAsync(world, Readers);
    }

    [Fact]
    public async Task What_expires_does_so_in_pieces()
    {
        await using var world = await QueuedAsync();
        await WatchAsync(world);
        world.Time.Advance(TimeSpan.FromDays(5));

        (await world.Get<SweepLedger>().ExpireAsync(Stop)).ShouldBe(Readers);

        (await CountAsync(world, DeliveryState.Expired)).ShouldBe(Readers);
        await ShouldBePiecesAsync(world, Readers);
    }

    [Fact]
    public async Task An_issue_that_was_never_queued_is_cancelled_and_counts_nothing()
    {
        await using var world = await LedgerWorld.CreateAsync();

        (await world.Get<IssueControls>().CancelAsync(world.Issue.Id, "operator@example.com", Stop)).ShouldBe((0, 0));

        (await world.IssueAsync()).State.ShouldBe(IssueState.Cancelled);
    }

    /// <summary>One reader who is there, and rows of many who have been erased since.</summary>
    private static async Task<LedgerWorld> QueuedAsync()
    {
        var world = await LedgerWorld.CreateAsync(readers: 3);
        await world.QueueAsync(Stop);
        await world.Database.ExecuteAsync($"""
            insert into digest.deliveries (issue_id, subscriber_id, state, variant, due_at, expires_at, attempts)
            select d.issue_id, 1000000 + n, 'queued', '', d.due_at + interval '1 second', d.expires_at, 0
            from (select * from digest.deliveries limit 1) d, generate_series(1, {Readers - 3}) n
            """);
        return world;
    }

    /// <summary>Notes how many rows each statement changes.</summary>
    private static async Task WatchAsync(LedgerWorld world, int failsAt = 0)
    {
        await world.Database.ExecuteAsync("create table digest.pieces (transaction text, rows bigint)");
        await world.Database.ExecuteAsync("create sequence digest.statements");
        await world.Database.ExecuteAsync($"""
            create function digest.look() returns trigger language plpgsql as $$
            begin
                if nextval('digest.statements') = {failsAt} then raise exception 'the process died here'; end if;
                insert into digest.pieces select pg_current_xact_id()::text, count(*) from changed;
                return null;
            end $$
            """);
        await world.Database.ExecuteAsync($"""
            create trigger look after update on digest.deliveries_{world.Issue.Id}
            referencing new table as changed for each statement execute function digest.look()
            """);
    }

    private static async Task ShouldBePiecesAsync(LedgerWorld world, int rows)
    {
        (await world.Database.ScalarAsync<long>("select max(rows) from digest.pieces")).ShouldBe(SettleUnsent.PieceRows);
        (await world.Database.ScalarAsync<decimal>("select sum(rows) from digest.pieces")).ShouldBe(rows);
        (await world.Database.ScalarAsync<long>("select count(*) - count(distinct transaction) from digest.pieces")).ShouldBe(0);
    }

    private static async Task<int> CountAsync(LedgerWorld world, DeliveryState state) =>
        (await world.Get<IssueProgress>().ReadAsync(world.Issue.Id, Stop)).Count(state);
}
