using System.Text.Json;
using Digest.Cli;
using Digest.Cli.Demo;
using Digest.Cli.Drill;
using Digest.Local.Mailbox;
using Digest.TestKit;
using Digest.Tests.Cli;
using Npgsql;
using Shouldly;
using Xunit;

namespace Digest.Tests.Faults;

/// <summary>The chaos drill: worker programs killed at random instants in the middle of a large send.</summary>
[Trait("Category", "Slow")]
public sealed class DrillTests : IAsyncLifetime
{
    private TestDatabase database = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => database = await TestDatabase.CreateEmptyAsync();

    [Fact]
    public async Task E6_I5_twenty_kills_in_a_send_of_20_000_through_two_workers_lose_nothing_double_nothing_and_leave_at_each_kill_a_doubt_a_connection_at_most()
    {
        const int readers = 20_000;
        var mail = new MailStore();
        var options = new DrillOptions(readers, Workers: 2, Kills: 20, Connections: 8, TimeSpan.FromMinutes(30), Seed: Random.Shared.Next());
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {options.Seed}");

        var report = await new DrillRun(options, database.ConnectionString, mail).RunAsync(Stop);

        report.Kills.ShouldBe(20, report.ToString());
        report.Lost.ShouldBe(0, report.ToString());
        report.Doubled.ShouldBe(0, report.ToString());
        report.OpenAtKills.ShouldAllBe(open => open > 0 && open <= options.Connections);
        report.InDoubtAtKills.Zip(report.OpenAtKills).ShouldAllBe(kill => kill.First <= kill.Second);
        report.InDoubtAtKills.Sum().ShouldBe(report.InDoubt, "none of a worker that was not killed");

        // The same, counted by nothing but what arrived.
        var recipients = mail.All.Select(received => received.Recipient).ToList();
        recipients.Distinct().Count().ShouldBe(recipients.Count, report.ToString());
        (readers - recipients.Count).ShouldBe(report.InDoubt - report.InDoubtReceived, report.ToString());
    }

    [Fact]
    public async Task The_verb_prints_what_came_of_it_and_leaves_no_database_behind()
    {
        var folder = Directory.CreateTempSubdirectory("digest-drill-");
        var (code, output, errors) = await DigestCommand.RunAsync(
            database, folder, "drill", "--readers", "400", "--kills", "2", "--connections", "3", "--seed", "7", "--json");
        folder.Delete(recursive: true);

        code.ShouldBe(0, errors);
        var report = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]).RootElement;
        report.EnumerateObject().Select(field => field.Name).ShouldBe(
        [
            "readers", "workers", "connections", "kills", "seed", "accepted", "inDoubt", "inDoubtReceived", "lost", "doubled",
            "openAtKills", "inDoubtAtKills", "seconds", "messagesPerSecond",
        ]);
        (report.GetProperty("lost").GetInt32(), report.GetProperty("doubled").GetInt32()).ShouldBe((0, 0));
        (report.GetProperty("accepted").GetInt32() + report.GetProperty("inDoubt").GetInt32()).ShouldBe(400);
        output.ShouldContain("at each kill at most its open connections");
        (await database.ScalarAsync<long>("select count(*) from pg_database where datname like 'digest_drill_%'")).ShouldBe(0);
    }

    [Theory]
    [InlineData(3, new[] { 3, 0 }, true)]
    [InlineData(3, new[] { 0, 3 }, false)]
    [InlineData(3, new[] { 2, 0 }, false)]
    public void What_a_kill_leaves_beyond_its_open_connections_no_other_kill_makes_up_for(int inDoubt, int[] inDoubtAtKills, bool passes) =>
        new DrillReport
        {
            Readers = 10,
            Workers = 2,
            Connections = 4,
            Kills = 2,
            Seed = 7,
            Accepted = 10 - inDoubt,
            InDoubt = inDoubt,
            InDoubtReceived = 0,
            Lost = 0,
            Doubled = 0,
            OpenAtKills = [4, 2],
            InDoubtAtKills = inDoubtAtKills,
            Seconds = 1,
            MessagesPerSecond = 1,
        }.Passed.ShouldBe(passes);

    [Fact]
    public async Task When_its_time_is_over_it_says_how_far_it_came_and_leaves_neither_a_worker_nor_a_database()
    {
        var options = new DrillOptions(Readers: 300, Workers: 2, Kills: 1, Connections: 3, Patience: TimeSpan.Zero, Seed: 7);

        var error = await Should.ThrowAsync<VerbException>(() => new DrillRun(options, database.ConnectionString, new MailStore()).RunAsync(Stop));

        error.Message.ShouldStartWith("The drill was not over after 0 minutes and was ended: of 300 deliveries ");
        error.Message.ShouldContain("0 of 1 kills done (--seed 7)");
        (await database.ScalarAsync<long>("select count(*) from pg_database where datname like 'digest_drill_%'")).ShouldBe(0);
        (await database.ScalarAsync<long>("select count(*) from pg_stat_activity where datname like 'digest_drill_%'")).ShouldBe(0);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1441")]
    public async Task A_drill_without_end_is_refused(string minutes)
    {
        var folder = Directory.CreateTempSubdirectory("digest-drill-");
        var (code, _, errors) = await DigestCommand.RunAsync(database, folder, "drill", "--minutes", minutes);
        folder.Delete(recursive: true);

        code.ShouldBe(2);
        errors.ShouldContain($"--minutes {minutes} is out of range; it takes 1 to 1440.");
    }

    [Fact]
    public async Task A_user_who_may_not_create_databases_is_told_so_in_one_sentence()
    {
        var role = $"drill_{Guid.NewGuid():N}";
        await database.ExecuteAsync($"create role {role} login password 'a password'");
        var theirs = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = role, Password = "a password", Pooling = false };

        var error = await Should.ThrowAsync<VerbException>(() => DrillDatabase.CreateAsync(theirs.ConnectionString, new DemoProgress(), Stop));

        error.Message.ShouldContain($"alter role {role} createdb");
        await database.ExecuteAsync($"drop role {role}");
    }

    [Theory]
    [InlineData("Digest__Relays__backup__Host")]
    [InlineData("digest:smtp:host")]
    [InlineData("DOTNET_Digest__Smtp__Host")]
    [InlineData("ConnectionStrings__Digest")]
    public void No_setting_of_the_installation_reaches_a_worker_of_the_drill(string variable) =>
        DrillSettings.IsSetting(variable).ShouldBeTrue();

    [Theory]
    [InlineData("DIGEST_HOME")]
    [InlineData("PATH")]
    [InlineData("DOTNET_ROOT")]
    public void What_is_no_setting_does(string variable) => DrillSettings.IsSetting(variable).ShouldBeFalse();

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
