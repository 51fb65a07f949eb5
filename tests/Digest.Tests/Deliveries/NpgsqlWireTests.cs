using Digest.Deliveries;
using Digest.Smtp;
using Npgsql;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>The connection of a writer, whose answers a loop waits for.</summary>
public sealed class NpgsqlWireTests
{
    private static readonly WireLoop Loop = new(TimeSpan.FromMinutes(10));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_follows_an_answer_runs_in_the_loop_until_it_goes_back_to_the_pool()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 1);
        await using var connection = await world.Get<LedgerWrite>().OpenAsync();
        (await ThreadAfterAnswerAsync(connection)).IsThreadPoolThread.ShouldBeTrue();

        var wire = NpgsqlWire.Join(connection, Loop).ShouldNotBeNull();
        (await ThreadAfterAnswerAsync(connection)).Name.ShouldBe("Wire");

        wire.Leave();
        (await ThreadAfterAnswerAsync(connection)).IsThreadPoolThread.ShouldBeTrue();
    }

    [Fact]
    public async Task Nobody_else_is_woken_while_it_is_a_writers()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 1);
        await using var connection = await world.Get<LedgerWrite>().OpenAsync();
        var socket = NpgsqlWire.SocketOf(connection).ShouldNotBeNull();
        SocketWatch.Of(socket).ShouldHaveSingleItem();

        var wire = NpgsqlWire.Join(connection, Loop).ShouldNotBeNull();
        SocketWatch.Of(socket).ShouldBeEmpty();

        wire.Leave();
        SocketWatch.Of(socket).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_answer_that_takes_many_reads_is_read_whole()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 1);
        await using var connection = await world.Get<LedgerWrite>().OpenAsync();
        NpgsqlWire.Join(connection, Loop).ShouldNotBeNull();
        await using var command = new NpgsqlCommand("select repeat('x', 5000000), @asked", connection);
        command.Parameters.AddWithValue("asked", new string('y', 5_000_000));

        await using var answer = await command.ExecuteReaderAsync(Stop);

        (await answer.ReadAsync(Stop)).ShouldBeTrue();
        answer.GetString(0).ShouldBe(new string('x', 5_000_000));
        answer.GetString(1).ShouldBe(new string('y', 5_000_000));
    }

    [Fact]
    public async Task A_connection_that_broke_meanwhile_is_left_alone()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 1);
        await using var connection = await world.Get<LedgerWrite>().OpenAsync();
        var wire = NpgsqlWire.Join(connection, Loop).ShouldNotBeNull();
        await using var command = new NpgsqlCommand("select pg_terminate_backend(pg_backend_pid())", connection);
        await Should.ThrowAsync<NpgsqlException>(() => command.ExecuteNonQueryAsync(Stop));

        wire.Leave();

        NpgsqlWire.Join(connection, Loop).ShouldBeNull();
    }

    /// <summary>Its keepalive would find a stream that cannot block, and break an idle worker's connection.</summary>
    [Fact]
    public async Task A_connection_that_Npgsql_keeps_alive_is_left_alone()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 1);
        await using var connection = new NpgsqlConnection($"{world.Database.ConnectionString};Keepalive=30");
        await connection.OpenAsync(Stop);

        NpgsqlWire.Join(connection, Loop).ShouldBeNull();
    }

    [Fact]
    public async Task A_database_that_does_not_answer_in_time_ends_the_wait()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 1);
        await using var connection = await world.Get<LedgerWrite>().OpenAsync();
        NpgsqlWire.Join(connection, Loop).ShouldNotBeNull();
        await using var command = new NpgsqlCommand("select pg_sleep(600)", connection) { CommandTimeout = 1 };

        var error = await Should.ThrowAsync<NpgsqlException>(() => command.ExecuteNonQueryAsync(Stop));

        error.InnerException.ShouldBeOfType<TimeoutException>();
    }

    private static async Task<Thread> ThreadAfterAnswerAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("select pg_sleep(0.05)", connection);
        await command.ExecuteNonQueryAsync(Stop).ConfigureAwait(false);
        return Thread.CurrentThread;
    }
}
