using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary><c>digest queue</c> and <c>digest send-test</c>, as an operator types them.</summary>
public sealed class VerbTests
{
    private const string Week = "2026-03-02";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Queue_prints_candidates_queued_and_excluded_and_again_the_same()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 3);
        await world.UnsubscribeAsync(0);

        var first = await RunAsync(world, "queue", "--week", Week);
        var second = await RunAsync(world, "queue", "--week", Week);

        first.ExitCode.ShouldBe(0, first.Error);
        Words(first.Output).ShouldBe(["candidates", "3", "queued", "2", "excluded", "1", "unsubscribed"]);
        second.ShouldBe(first with { Error = $"The issue of {Week} is already queued; nothing changed.{Environment.NewLine}" });
    }

    [Fact]
    public async Task Queue_of_an_issue_that_is_not_approved_says_so_in_one_line_and_fails()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.Database.IssueAsync(world.Newsletter.Id, LedgerWorld.Week.Next, LedgerWorld.Monday.AddDays(7), IssueState.Assembled);

        var result = await RunAsync(world, "queue", "--week", "2026-03-09");

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldBeEmpty();
        result.Error.TrimEnd().ShouldBe("digest: The issue of 2026-03-09 is assembled; only an approved issue can be queued. `digest approve --week 2026-03-09` approves it; `digest cancel --week 2026-03-09` withdraws it.");
    }

    [Fact]
    public async Task Progress_counts_by_state_and_reason_and_says_what_holds_it()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 3);
        await world.UnsubscribeAsync(0);
        await world.QueueAsync(Stop);

        var text = await RunAsync(world, "progress", "--week", Week);
        var json = await RunAsync(world, "progress", "--week", Week, "--json");

        text.ExitCode.ShouldBe(0, text.Error);
        text.Output.ShouldContain("is sending.");
        Words(text.Output).ShouldContain("unsubscribed");
        text.Output.ShouldContain("No worker is running.");
        var said = JsonDocument.Parse(json.Output).RootElement;
        said.GetProperty("candidates").GetInt32().ShouldBe(3);
        said.GetProperty("byState").GetProperty("queued").GetInt32().ShouldBe(2);
        said.GetProperty("excluded").GetProperty("unsubscribed").GetInt32().ShouldBe(1);
        said.GetProperty("forecast").GetProperty("left").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Progress_knows_what_a_warm_up_leaves_for_the_day()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 30);
        await world.QueueAsync(Stop);
        // The verb goes by this machine's clock.
        await world.Database.ExecuteAsync("""
            insert into digest.sending_workers (id, host, started_at, heartbeat_at, lanes, per_minute)
            values (gen_random_uuid(), 'host', now() - interval '1 hour', now() + interval '1 hour', 1, 10)
            """);
        (string, string?)[] warmUp =
        [
            ("Digest:Smtp:WarmUp:From", DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            ("Digest:Smtp:WarmUp:FirstDay", "1"), ("Digest:Smtp:WarmUp:Until", "1000"),
        ];

        var without = await RunAsync(world, "progress", "--week", Week);
        var with = await RunAsync(world, warmUp, "progress", "--week", Week);

        without.Output.ShouldContain("The relays take 10 a minute.");
        with.ExitCode.ShouldBe(0, with.Error);
        with.Output.ShouldContain("The relays are being warmed up and take ");
    }

    [Fact]
    public async Task Progress_names_the_relays_limit_the_domain_that_takes_longest_and_an_outage()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 60);
        await world.QueueAsync(Stop);
        // The verb goes by this machine's clock.
        await world.Database.ExecuteAsync("""
            insert into digest.sending_workers (id, host, started_at, heartbeat_at, lanes, per_minute)
            values (gen_random_uuid(), 'host', now() - interval '1 hour', now() + interval '1 hour', 1, 0)
            """);
        await world.Database.ExecuteAsync("update digest.issues set queued_at = now()");
        await world.Database.ExecuteAsync("update digest.deliveries set due_at = (select queued_at from digest.issues where id = issue_id)");
        (string, string?)[] limited = [("Digest:Smtp:MessagesPerMinute", "60")];

        var relay = await RunAsync(world, limited, "progress", "--week", Week);
        var domain = await RunAsync(world, [.. limited, ("Digest:Sending:Domains:example.com:MessagesPerMinute", "1")], "progress", "--week", Week);
        await world.Database.ExecuteAsync("update digest.issues set queued_at = now() - interval '1 hour'");
        await world.Database.ExecuteAsync("update digest.deliveries set due_at = now() + interval '6 seconds'");
        var outage = await RunAsync(world, limited, "progress", "--week", Week);

        relay.Output.ShouldContain("The relays' limit is 60 a minute.");
        relay.Output.ShouldMatch(@"Everybody is tried at the earliest by \w{3} [0-9-]{10} [0-9:]{5} \(Europe/Berlin\)\.");
        domain.Output.ShouldContain("example.com takes 1 a minute; 60 are left for it.");
        outage.Output.ShouldContain("The relays took nothing in the last minute; 60 wait for another try.");
        outage.Output.ShouldNotContain("readers' hour");
    }

    [Fact]
    public async Task Progress_needs_no_relay()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.QueueAsync(Stop);

        var result = await RunAsync(world, [("Digest:Smtp:Host", null), ("Digest:Smtp:LocalDomain", null)], "progress", "--week", Week);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldContain("No worker is running.");
    }

    [Fact]
    public async Task Doubts_are_listed_by_Message_ID_and_settled_by_the_relay_s_log()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2);
        await world.QueueAsync(Stop);
        await world.Database.ExecuteAsync("update digest.deliveries set state = 'in_doubt', begun_at = due_at");
        await world.Database.ExecuteAsync("update digest.deliveries set relay = 'second' where subscriber_id = $1", world.Readers[1].Id);
        var messageId = world.Get<MessageIds>().Of(world.KeyOf(world.Readers[1]), world.Newsletter.Sender.IssueAddress);
        var log = Path.GetTempFileName();
        await File.WriteAllTextAsync(log, $"2026-03-02 07:00:01 1tZ0Ab-000000001Cd-2E3f <= b@example.com P=esmtps S=9 id={messageId}\n", Stop);

        var listed = await RunAsync(world, "doubts");
        var settled = await RunAsync(world, "doubts", "--log", log);

        File.Delete(log);
        listed.Output.ShouldContain($"signal  2026-03-02  subscriber {world.Readers[1].Id}  2026-03-02 06:00:00 UTC  second  <{messageId}>");
        listed.Output.ShouldContain("UTC  -  <");
        listed.Output.TrimEnd().ShouldEndWith("2 in doubt.");
        settled.Output.TrimEnd().ShouldEndWith("2 in doubt; the log shows 1 of them as taken, now accepted; 1 is left.");
        (await world.StateAsync(1)).ShouldBe(DeliveryState.Accepted);
    }

    [Fact]
    public async Task A_file_that_is_no_relay_s_log_is_refused_and_settles_nothing()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.QueueAsync(Stop);
        await world.Database.ExecuteAsync("update digest.deliveries set state = 'in_doubt', begun_at = due_at");
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "address\nreader-1@example.com\n", Stop);

        var refused = await RunAsync(world, "doubts", "--log", file);

        File.Delete(file);
        refused.ExitCode.ShouldBe(1);
        refused.Error.TrimEnd().ShouldBe(
            $"digest: '{file}' shows no message of Postfix, Exim or sendmail, so it settles nothing; name the mail log of the relay, from before the first doubt.");
        (await world.StateAsync()).ShouldBe(DeliveryState.InDoubt);
    }

    [Fact]
    public async Task Preflight_says_what_is_wrong_with_the_frozen_issue_and_fails_when_there_is_an_error()
    {
        await using var world = await LedgerWorld.CreateAsync();

        var text = await RunAsync(world, "preflight", "--week", Week);
        var json = await RunAsync(world, "preflight", "--week", Week, "--json");

        // The seeded mail is three lines long and has no postal address.
        text.ExitCode.ShouldBe(1, text.Error);
        text.Output.ShouldStartWith($"The issue of signal, week {Week}: 2 errors, ");
        text.Output.ShouldContain("error    address    The HTML part lacks “Example Press, 1 Sample Street, 12345 Sampletown” of the postal address.");
        text.Output.ShouldNotContain("headers");
        var said = JsonDocument.Parse(json.Output).RootElement;
        said.GetProperty("errors").GetInt32().ShouldBe(2);
        said.GetProperty("findings").EnumerateArray().First().GetProperty("severity").GetString().ShouldBe("error");
    }

    [Fact]
    public async Task Rehearse_counts_what_would_be_written_and_fails_when_something_cannot()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 3);
        await world.UnsubscribeAsync(0);

        var text = await RunAsync(world, "rehearse", "--week", Week);
        await world.Database.ExecuteAsync("update digest.subscribers set address = 'jürgen@example.com' where id = $1", world.Readers[1].Id);
        var json = await RunAsync(world, "rehearse", "--week", Week, "--json");

        text.ExitCode.ShouldBe(0, text.Error);
        Words(text.Output).ShouldContain("written");
        text.Output.ShouldContain("sent to nobody");
        json.ExitCode.ShouldBe(1, json.Error);
        var said = JsonDocument.Parse(json.Output).RootElement;
        (said.GetProperty("candidates").GetInt32(), said.GetProperty("written").GetInt32(), said.GetProperty("failed").GetInt32(), said.GetProperty("excluded").GetInt32())
            .ShouldBe((3, 1, 1, 1));
        json.Output.ShouldNotContain("rgen");
    }

    [Fact]
    public async Task Send_test_says_what_the_relay_answered()
    {
        await using var relay = await MailboxServer.StartAsync(new MailboxOptions());
        await using var world = await LedgerWorld.CreateAsync(smtpPort: relay.Port);

        var accepted = await RunAsync(world, "send-test", "editor@example.org", "--week", Week);
        relay.Script.On(SmtpStep.Recipient).Reply("550 5.1.1 no such user");
        var refused = await RunAsync(world, "send-test", "nobody@example.org", "--week", Week);

        accepted.ExitCode.ShouldBe(0, accepted.Error);
        accepted.Output.ShouldStartWith("The relay accepted the test mail to editor@example.org: 250");
        relay.Store.All.ShouldHaveSingleItem().Recipient.ShouldBe("editor@example.org");
        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain("no such user");
    }

    [Fact]
    public async Task Pause_resume_slow_and_cancel_say_in_one_sentence_what_they_did()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 3);
        await world.QueueAsync(Stop);
        var worker = await world.RegisterWorkerAsync(Stop);
        await world.ClaimAsync(worker, Stop, limit: 1);
        await world.BeginAsync(0, worker);
        // The verbs go by the machine's clock.
        await world.Database.ExecuteAsync("update digest.deliveries set expires_at = now() + interval '4 days'");

        (await SayAsync(world, "pause", "--reason", "a wrong link")).ShouldBe("The issue of 2026-03-02 is paused: 2 deliveries wait, and 1 message that had begun still gets its reply.");
        (await world.IssueAsync()).StateReason.ShouldBe("a wrong link");
        (await SayAsync(world, "pause", "--reason", "another")).ShouldBe("The issue of 2026-03-02 is already paused; nothing changed. `digest resume --week 2026-03-02` goes on with it.");
        (await world.IssueAsync()).StateReason.ShouldBe("a wrong link");
        (await SayAsync(world, "resume")).ShouldBe("The issue of 2026-03-02 goes on. 2 deliveries wait, 2 of them due now; 0 expired meanwhile and are not sent.");
        (await SayAsync(world, "resume")).ShouldBe("The issue of 2026-03-02 is already being sent; nothing changed.");
        (await SayAsync(world, "slow", "600")).ShouldStartWith("The issue of 2026-03-02 goes out at 600 messages a minute at most");
        (await SayAsync(world, "slow", "600")).ShouldBe("The issue of 2026-03-02 already goes out at 600 messages a minute at most; nothing changed.");
        (await SayAsync(world, "slow", "off")).ShouldStartWith("The issue of 2026-03-02 goes out as fast as the relays allow");
        (await SayAsync(world, "cancel")).ShouldBe("The issue of 2026-03-02 is withdrawn: 2 deliveries were cancelled, 1 message is still open and gets its reply. "
            + "Its stories are given back to the issues to come, unless a message that is still open is accepted.");
        await world.Database.ExecuteAsync("update digest.deliveries set state = 'accepted', claimed_by = null, claimed_at = null where state = 'claimed'");
        (await SayAsync(world, "cancel")).ShouldBe(
            "The issue of 2026-03-02 is already withdrawn; nothing changed. 1 reader has it, so its stories stay used; `digest stories list` shows them.");
        (await RunAsync(world, "queue", "--week", Week)).ShouldBe((1, "",
            "digest: The issue of 2026-03-02 is cancelled; only an approved issue can be queued. There is no way back; `digest stories list` says what became of its stories.\n"));
        (await RunAsync(world, "resume", "--week", Week)).Error.TrimEnd().ShouldBe(
            "digest: The issue of 2026-03-02 is cancelled; only a paused one can be resumed. There is no way back; `digest stories list` says what became of its stories.");

    }

    [Theory]
    [InlineData("fast", "PACE 'fast' is no pace; write the messages a minute as a whole number, or off.")]
    [InlineData("-5", "PACE '-5' is no pace; write the messages a minute as a whole number, or off.")]
    [InlineData("0", "PACE 0 is a pause; `digest pause` holds the issue.")]
    public async Task A_pace_that_is_none_is_refused(string pace, string sentence)
    {
        await using var world = await LedgerWorld.CreateAsync();

        var refused = await RunAsync(world, "slow", pace, "--week", Week);

        refused.ExitCode.ShouldBe(2);
        refused.Error.ShouldContain(sentence);
        (await world.IssueAsync()).PerMinute.ShouldBeNull();
    }

    private static async Task<string> SayAsync(LedgerWorld world, params string[] arguments)
    {
        var result = await RunAsync(world, [.. arguments, "--week", Week]);
        result.ExitCode.ShouldBe(0, result.Error);
        return result.Output.TrimEnd();
    }

    private static string[] Words(string text) => text.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(LedgerWorld world, params string[] arguments) =>
        RunAsync(world, [], arguments);

    /// <param name="world">Whose database.</param>
    /// <param name="settings">Beside those of the test kit, or none instead of one of them.</param>
    /// <param name="arguments">Of the verb.</param>
    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        LedgerWorld world, (string Name, string? Value)[] settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "digest-cli.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        // Not the settings of a demo that this checkout may have.
        start.Environment["DIGEST_HOME"] = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        foreach (var (name, value) in TestSettings.Values(world.Database.ConnectionString, world.SmtpPort))
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        await process.WaitForExitAsync(Stop);
        return (process.ExitCode, await output, await error);
    }
}
