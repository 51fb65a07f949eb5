using Digest.Deliveries;
using Digest.Issues;
using Digest.Smtp;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>What single recipient domains take, whatever the relay.</summary>
public sealed class DomainLimitsTests
{
    private const string Domain = "Digest:Sending:Domains:example.com";

    private static readonly SmtpOutcome Accepted = new(SmtpVerdict.Accepted, SmtpStage.Reply, 250);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_domain_takes_no_more_of_waits_its_turn_and_blocks_nobody()
    {
        await using var world = await QueuedAsync(readers: 6, ($"{Domain}:MessagesPerMinute", "1"));
        await MoveAsync(world, "example.org", 4, 5);
        var worker = await world.RegisterWorkerAsync(Stop);

        var claims = await world.ClaimAsync(worker, Stop);

        claims.Select(claim => claim.Address).ShouldBe(["reader-1@example.com", "reader-5@example.org", "reader-6@example.org"], ignoreOrder: true);
        foreach (var (reader, minutes) in ((int, int)[])[(1, 1), (2, 2), (3, 3)])
        {
            (await world.RowAsync(reader)).ShouldSatisfyAllConditions(
                row => row.State.ShouldBe(DeliveryState.Queued),
                row => row.Attempts.ShouldBe(0),
                row => row.DueAt.ShouldBe(LedgerWorld.Monday.AddMinutes(minutes)));
        }
    }

    [Fact]
    public async Task Its_turn_comes_with_the_pace_of_the_domain()
    {
        await using var world = await QueuedAsync(readers: 3, ($"{Domain}:MessagesPerMinute", "1"));
        var worker = await world.RegisterWorkerAsync(Stop);
        await world.ClaimAsync(worker, Stop);

        (await world.ClaimAsync(worker, Stop)).ShouldBeEmpty();
        await PassAsync(world, TimeSpan.FromMinutes(1));
        (await world.ClaimAsync(worker, Stop)).Count.ShouldBe(1);
        (await world.BeginAsync(0, worker)).ShouldNotBeNull();
        await PassAsync(world, TimeSpan.FromMinutes(1));
        (await world.ClaimAsync(worker, Stop)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task D4_while_a_relay_hangs_no_burst_for_a_domain_gathers()
    {
        await using var world = await QueuedAsync(readers: 12, ($"{Domain}:MessagesPerMinute", "1"));
        var worker = await world.RegisterWorkerAsync(Stop);

        var claims = new List<Claim>();
        for (var minute = 0; minute < 8; minute++)
        {
            claims.AddRange(await world.ClaimAsync(worker, Stop));
            await PassAsync(world, TimeSpan.FromMinutes(1));
        }

        claims.Count.ShouldBe(2);
        (await world.ClaimAsync(await world.RegisterWorkerAsync(Stop), Stop)).Count.ShouldBe(1, "a worker that sends is not held up");
        var begun = await world.BeginAsync(world.Readers.ToList().FindIndex(reader => reader.Id == claims[0].Key.SubscriberId), worker);
        begun.ShouldNotBeNull();
        // Its rows were put off again and again meanwhile.
        await PassAsync(world, TimeSpan.FromMinutes(30));
        (await world.ClaimAsync(worker, Stop)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task D4_after_a_long_stop_there_is_no_burst()
    {
        await using var world = await QueuedAsync(readers: 8, ($"{Domain}:MessagesPerMinute", "1"));
        var worker = await world.RegisterWorkerAsync(Stop);
        await world.ClaimAsync(worker, Stop);

        await PassAsync(world, TimeSpan.FromHours(2));

        (await world.ClaimAsync(worker, Stop)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Workers_one_after_another_book_one_after_another()
    {
        await using var world = await QueuedAsync(readers: 6, ($"{Domain}:MessagesPerMinute", "1"));
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await world.ClaimAsync(await world.RegisterWorkerAsync(Stop), Stop, limit: 2);
        }

        var due = new List<DateTimeOffset>();
        foreach (var reader in Enumerable.Range(1, 5))
        {
            due.Add((await world.RowAsync(reader)).DueAt);
        }

        due.Order().Zip(due.Order().Skip(1), (earlier, later) => later - earlier)
            .ShouldAllBe(gap => gap > TimeSpan.FromSeconds(30) && gap < TimeSpan.FromSeconds(90));
    }

    [Fact]
    public async Task No_more_rows_of_a_domain_are_claimed_at_once_than_it_takes_connections()
    {
        await using var world = await QueuedAsync(readers: 6, ($"{Domain}:Connections", "2"));
        var (one, other) = (await world.RegisterWorkerAsync(Stop), await world.RegisterWorkerAsync(Stop));

        var claims = await world.ClaimAsync(one, Stop);
        claims.Count.ShouldBe(2);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        (await world.ClaimAsync(other, Stop)).ShouldBeEmpty();

        var begun = await world.BeginAsync(0, one);
        await world.SettleAsync(claims[0], one, new Try(begun, Accepted));
        world.Time.Advance(TimeSpan.FromMinutes(1));
        (await world.ClaimAsync(other, Stop)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Two_claims_at_the_same_instant_hold_to_it_together()
    {
        await using var world = await QueuedAsync(readers: 40, ($"{Domain}:Connections", "3"));
        var workers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => world.RegisterWorkerAsync(Stop)));

        var claims = await Task.WhenAll(workers.Select(worker => world.ClaimAsync(worker, Stop, limit: 5)));

        claims.Sum(claim => claim.Count).ShouldBe(3);
        (await world.Database.ScalarAsync<long>("select count(*) from digest.deliveries where state = 'claimed'")).ShouldBe(3);
    }

    [Fact]
    public async Task A_whole_issue_goes_out_through_the_limit()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 30, connections: 4, settings: ($"{Domain}:Connections", "1"));

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent);

        world.Recipients.Distinct().Count().ShouldBe(30);
        world.Relay.Dots.ShouldBe(30);
    }

    [Theory]
    [InlineData("Digest:Sending:Domains:example.com:MessagesPerMinute", "0")]
    [InlineData("Digest:Sending:Domains:Example.com:Connections", "1")]
    [InlineData("Digest:Sending:Domains:localhost:Connections", "1")]
    [InlineData("Digest:Sending:Domains:example.com:Other", "1")]
    public void A_limit_that_is_none_is_named(string name, string value)
    {
        var domain = name.Split(':')[3];
        var limit = new DomainLimit();
        typeof(DomainLimit).GetProperty(name.Split(':')[4])?.SetValue(limit, int.Parse(value, System.Globalization.CultureInfo.InvariantCulture));

        new SendingSettings { Domains = { [domain] = limit } }.Problems()
            .ShouldHaveSingleItem().ShouldStartWith($"Digest:Sending:Domains:{domain}");
    }

    private static async Task<LedgerWorld> QueuedAsync(int readers, params (string Name, string Value)[] settings)
    {
        var world = await LedgerWorld.CreateAsync(readers, smtpPort: 2525, settings: settings);
        await world.QueueAsync(Stop);
        return world;
    }

    private static async Task MoveAsync(LedgerWorld world, string domain, params int[] readers)
    {
        foreach (var reader in readers)
        {
            var address = $"reader-{reader + 1}@{domain}";
            await world.Database.ExecuteAsync("update digest.subscribers set address = $2, address_key = $2 where id = $1", world.Readers[reader].Id, address);
        }
    }

    /// <summary>For the workers and for the database's clock.</summary>
    private static Task PassAsync(LedgerWorld world, TimeSpan time)
    {
        world.Time.Advance(time);
        return world.PassForLimitsAsync(time);
    }
}
