using Digest.Deliveries;
using Npgsql;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>The connection of a writer, which waits for its answers in the kernel.</summary>
public sealed class NpgsqlWireTests
{
    /// <summary>Of open(2) on Linux, in the octal of /proc.</summary>
    private const int NonBlocking = 0x800;

    [Fact]
    public async Task Reads_block_while_it_is_a_writers_and_no_longer_when_it_goes_back_to_the_pool()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 1);
        await using var connection = world.Get<LedgerWrite>().Open();
        Blocks(connection).ShouldBeFalse();

        var wire = NpgsqlWire.Block(connection).ShouldNotBeNull();
        Blocks(connection).ShouldBeTrue();
        await using var command = new NpgsqlCommand("select 1", connection);
        command.ExecuteScalar().ShouldBe(1);

        wire.Restore();
        Blocks(connection).ShouldBeFalse();
        // Awaited by .NET's socket thread, which has to hear of the answer again.
        await using var slow = new NpgsqlCommand("select 1 from pg_sleep(0.05)", connection);
        (await slow.ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_else_is_woken_while_it_is_a_writers()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 1);
        await using var connection = world.Get<LedgerWrite>().Open();
        var socket = NpgsqlWire.SocketOf(connection).ShouldNotBeNull();
        SocketWatch.Of(socket).ShouldHaveSingleItem();

        var wire = NpgsqlWire.Block(connection).ShouldNotBeNull();
        SocketWatch.Of(socket).ShouldBeEmpty();

        wire.Restore();
        SocketWatch.Of(socket).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_connection_that_broke_meanwhile_is_left_alone()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 1);
        await using var connection = world.Get<LedgerWrite>().Open();
        var wire = NpgsqlWire.Block(connection).ShouldNotBeNull();
        await using var command = new NpgsqlCommand("select pg_terminate_backend(pg_backend_pid())", connection);
        Should.Throw<NpgsqlException>(() => command.ExecuteNonQuery());

        wire.Restore();

        NpgsqlWire.Block(connection).ShouldBeNull();
    }

    [Fact]
    public async Task A_database_that_does_not_answer_in_time_ends_a_wait_in_the_kernel_too()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 1);
        await using var connection = world.Get<LedgerWrite>().Open();
        NpgsqlWire.Block(connection).ShouldNotBeNull();
        await using var command = new NpgsqlCommand("select pg_sleep(600)", connection) { CommandTimeout = 1 };

        Should.Throw<NpgsqlException>(() => command.ExecuteNonQuery()).InnerException.ShouldBeOfType<TimeoutException>();
    }

    private static bool Blocks(NpgsqlConnection connection)
    {
        var line = File.ReadLines($"/proc/self/fdinfo/{NpgsqlWire.SocketOf(connection)!.Handle}").First(text => text.StartsWith("flags:", StringComparison.Ordinal));
        return (Convert.ToInt32(line[6..].Trim(), 8) & NonBlocking) == 0;
    }
}
