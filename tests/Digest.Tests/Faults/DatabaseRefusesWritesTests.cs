using Digest.Deliveries;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Digest.TestKit;
using Digest.Tests.Deliveries;
using Npgsql;
using Shouldly;
using Xunit;

namespace Digest.Tests.Faults;

/// <summary>
/// The database answers and takes nothing: read-only, or its disk is full or broken. The error of a disk is raised by a
/// trigger: filling a real one needs a file system of its own and the rights to mount it.
/// </summary>
public sealed class DatabaseRefusesWritesTests
{
    private const int Lanes = 3;
    private const int Readers = 30;
    private const int SettledBefore = 6;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_read_only_database_loses_and_doubles_nothing_and_no_lane_hammers_the_relay()
    {
        await using var world = await SendingWorld.QueuedAsync(Readers, Lanes);
        await using var operators = await world.Ledger.Database.DataSource.OpenConnectionAsync(Stop);
        var database = operators.Database;

        await OutliveAsync(
            world,
            refuse: () => SetAsync(operators, $"alter database {database} set default_transaction_read_only = on"),
            allow: () => SetAsync(operators, $"alter database {database} reset default_transaction_read_only"));
    }

    [Theory]
    [InlineData(PostgresErrorCodes.DiskFull)]
    [InlineData(PostgresErrorCodes.IoError)]
    public async Task A_full_or_broken_disk_loses_and_doubles_nothing_and_no_lane_hammers_the_relay(string sqlState)
    {
        await using var world = await SendingWorld.QueuedAsync(Readers, Lanes);
        string[] tables = [$"digest.deliveries_{world.Ledger.Issue.Id}", "digest.sending_workers", "digest.alerts"];
        await world.Ledger.Database.ExecuteAsync($"""
            create function digest.fail() returns trigger language plpgsql as
            $$ begin raise exception 'could not extend file' using errcode = '{sqlState}'; end $$
            """);

        await OutliveAsync(
            world,
            refuse: () => EachAsync(world.Ledger.Database, tables, table =>
                $"create trigger fail before insert or update on {table} for each statement execute function digest.fail()"),
            allow: () => EachAsync(world.Ledger.Database, tables, table => $"drop trigger fail on {table}"));
    }

    [Fact]
    public async Task A_claim_that_could_not_be_given_back_is_not_forgotten()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 2);
        var database = world.Ledger.Database;
        var dot = world.Relay.Nth(SmtpStep.Dot, 1);
        var data = world.Relay.Nth(SmtpStep.Data, 2);
        var gate = world.Relay.HoldReplies(times: 1);
        await world.StartWorkerAsync();
        await world.ComesAsync(dot);
        var table = $"digest.deliveries_{world.Ledger.Issue.Id}";
        // A sequence counts what is rolled back, too.
        await database.ExecuteAsync("create sequence digest.failures");
        await database.ExecuteAsync($"""
            create function digest.fail() returns trigger language plpgsql as
            $$ begin perform nextval('digest.failures'); raise exception 'could not extend file' using errcode = '{PostgresErrorCodes.DiskFull}'; end $$
            """);
        await database.ExecuteAsync(
            $"create trigger fail before update on {table} for each row when (old.begun_at is null and new.claimed_by is null) execute function digest.fail()");

        // The mark of the second message is refused, and then its row cannot be given back.
        await using (await LockedRow.BegunAsync(database))
        {
            gate.SetResult();
            await world.ComesAsync(data);
            await world.UntilAsync(() => LockedRow.IsWaitedForAsync(world.Ledger.Database));
            await world.Ledger.Get<IssueControls>().PauseAsync(world.Ledger.Issue.Id, "a wrong link", Stop);
        }

        await world.UntilAsync(async () => await database.ScalarAsync<bool>("select is_called from digest.failures"));
        await database.ExecuteAsync($"drop trigger fail on {table}");
        await world.UntilStateAsync(DeliveryState.Queued, reader: 1);

        await world.Ledger.Get<IssueControls>().ResumeAsync(world.Ledger.Issue.Id, Stop);
        await world.UntilCountAsync(DeliveryState.Accepted, 2);
        world.Relay.Dots.ShouldBe(2);
    }

    /// <summary>The relay accepts a message on each lane while nothing can be written; ten minutes later it can.</summary>
    private static async Task OutliveAsync(SendingWorld world, Func<Task> refuse, Func<Task> allow)
    {
        var dots = world.Relay.Nth(SmtpStep.Dot, SettledBefore + Lanes);
        var gate = world.Relay.HoldReplies(after: SettledBefore);
        await world.StartWorkerAsync();
        await world.ComesAsync(dots);
        await refuse();
        var begun = world.Heard("MAIL FROM");
        gate.SetResult();

        await world.Relay.Store.WaitForCountAsync(SettledBefore + Lanes, Stop);
        var later = world.Ledger.Time.GetUtcNow().AddMinutes(10);
        await world.UntilAsync(
            async () => await CountAsync(world, "accepted") == SettledBefore && world.Ledger.Time.GetUtcNow() >= later, TimeSpan.FromSeconds(2));
        world.Relay.Dots.ShouldBe(SettledBefore + Lanes);
        world.Heard("MAIL FROM").ShouldBeLessThanOrEqualTo(begun + Lanes, "each lane may have had its next envelope out");

        await allow();
        await world.UntilAsync(async () => await CountAsync(world, "accepted") == Readers);
        world.Relay.Dots.ShouldBe(Readers);
        world.Recipients.ShouldBe(world.Ledger.Readers.Select(reader => reader.Address), ignoreOrder: true);
        (await world.Ledger.Database.ScalarAsync<int>("select max(attempts) from digest.deliveries")).ShouldBe(0);
    }

    /// <summary>By the test's own sessions: the engine's may be ended under it at any time.</summary>
    private static Task<long> CountAsync(SendingWorld world, string state) =>
        world.Ledger.Database.ScalarAsync<long>("select count(*) from digest.deliveries where state = $1", state);

    /// <summary>A default counts for new sessions only, so the engine's are ended; they bear the program's name.</summary>
    private static async Task SetAsync(NpgsqlConnection operators, string sql)
    {
        foreach (var statement in (string[])[sql, "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'digest'"])
        {
            await using var command = new NpgsqlCommand(statement, operators);
            await command.ExecuteNonQueryAsync(Stop);
        }
    }

    private static async Task EachAsync(TestDatabase database, string[] tables, Func<string, string> sql)
    {
        foreach (var table in tables)
        {
            await database.ExecuteAsync(sql(table));
        }
    }
}
