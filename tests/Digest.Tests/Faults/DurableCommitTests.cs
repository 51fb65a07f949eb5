using Digest.Deliveries;
using Digest.Tests.Deliveries;
using Npgsql;
using Shouldly;
using Xunit;

namespace Digest.Tests.Faults;

/// <summary>What a mark promises holds on a server that was told to forget the last commits in a crash.</summary>
public sealed class DurableCommitTests
{
    [Theory]
    [InlineData("off", "on")]
    [InlineData("local", "on")]
    [InlineData("on", "on")]
    [InlineData("remote_write", "remote_write")]
    [InlineData("remote_apply", "remote_apply")]
    public async Task The_ledgers_writers_commit_durably_whatever_the_database_says(string said, string kept)
    {
        await using var world = await LedgerWorld.CreateAsync();
        await SayAsync(world, said);

        await using var connection = await world.Get<LedgerWrite>().OpenAsync();

        await using var command = new NpgsqlCommand("show synchronous_commit", connection);
        (await command.ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe(kept);
    }

    [Fact]
    public async Task Queueing_commits_durably()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.Database.ExecuteAsync("create table digest.seen (setting text)");
        await world.Database.ExecuteAsync("""
            create function digest.look() returns trigger language plpgsql as
            $$ begin insert into digest.seen values (current_setting('synchronous_commit')); return null; end $$
            """);
        await world.Database.ExecuteAsync("create trigger look after update on digest.issues for each statement execute function digest.look()");
        await SayAsync(world, "off");

        await world.QueueAsync(TestContext.Current.CancellationToken);

        (await world.Database.ScalarAsync<string>("select string_agg(distinct setting, ',') from digest.seen")).ShouldBe("on");
    }

    /// <summary>To the sessions that begin from now on; the rooms have none yet.</summary>
    private static async Task SayAsync(LedgerWorld world, string setting)
    {
        var name = await world.Database.ScalarAsync<string>("select current_database()::text");
        await world.Database.ExecuteAsync($"alter database {name} set synchronous_commit = {setting}");
    }
}
