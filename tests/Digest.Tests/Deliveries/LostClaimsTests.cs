using Digest.Deliveries;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Digest.Tests.Faults;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>Rows that a living worker holds and that none of its lanes knows of.</summary>
public sealed class LostClaimsTests
{
    private static readonly TimeSpan Lapse = TimeSpan.FromSeconds(new SendingSettings().LapseSeconds);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_claim_whose_answer_was_lost_waits_again_while_a_lane_is_busy()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 6, connections: 2);
        var (database, first) = (world.Ledger.Database, world.Ledger.Readers[0].Id);
        await database.ExecuteAsync("update digest.deliveries set due_at = due_at + interval '1 minute' where subscriber_id <> $1", first);
        var dot = world.Relay.Nth(SmtpStep.Dot, 1);
        var gate = world.Relay.HoldReplies(times: 1);
        await world.StartWorkerAsync();
        await world.ComesAsync(dot);

        // Committed, and the worker cannot read what it was told.
        await database.ExecuteAsync("alter table digest.subscribers alter column address drop not null");
        await database.ExecuteAsync("create table digest.addresses as select id, address from digest.subscribers");
        await database.ExecuteAsync("update digest.subscribers set address = null where id <> $1", first);
        await world.UntilCountAsync(DeliveryState.Claimed, 6);
        await database.ExecuteAsync("update digest.subscribers s set address = a.address from digest.addresses a where a.id = s.id");

        await world.UntilCountAsync(DeliveryState.Accepted, 5);
        (await world.CountAsync(DeliveryState.Claimed)).ShouldBe(1);
        gate.SetResult();
        await world.UntilCountAsync(DeliveryState.Accepted, 6);
    }

    [Fact]
    public async Task A_claim_that_could_not_be_given_back_waits_again_while_a_lane_is_busy()
    {
        await using var second = await MailboxServer.StartAsync(new MailboxOptions());
        await using var world = await SendingWorld.QueuedAsync(readers: 8, settings:
        [
            ("Digest:Relays:second:Host", "127.0.0.1"), ("Digest:Relays:second:Port", $"{second.Port}"), ("Digest:Relays:second:Security", "None"),
            ("Digest:Relays:second:LocalDomain", "digest.example.com"), ("Digest:Relays:second:Priority", "2"),
        ]);
        var database = world.Ledger.Database;
        await database.ExecuteAsync("create sequence digest.failures");
        await database.ExecuteAsync("""
            create function digest.fail() returns trigger language plpgsql as
            $$ begin
                if nextval('digest.failures') <= 3 then raise exception 'not now' using errcode = '57P03'; end if;
                return new;
            end $$
            """);
        await database.ExecuteAsync($"""
            create trigger fail before update on digest.deliveries_{world.Ledger.Issue.Id}
            for each row when (old.state = 'claimed' and new.state = 'queued') execute function digest.fail()
            """);
        // The first relay stands still, and what no lane of its has begun goes the other way.
        var gate = world.Relay.HoldReplies();
        await world.StartWorkerAsync();

        await world.UntilCountAsync(DeliveryState.Accepted, 7);

        second.Store.All.Count.ShouldBe(7);
        (await database.ScalarAsync<long>("select last_value from digest.failures")).ShouldBeGreaterThan(3);
        gate.SetResult();
        await world.UntilCountAsync(DeliveryState.Accepted, 8);
    }

    [Theory]
    [InlineData(1, 12)]
    [InlineData(0, 7)]
    public async Task What_a_failed_claim_was_counted_for_is_given_back_unless_a_recovery_may_have_done_that(int secondsBeforeTheLapse, int tokens)
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 1);
        var (budgets, limit, unused) = (new SendBudgets(world.Database.DataSource), Budget.PerMinute("relay:main", 600), new UnusedBudget());
        await world.Database.ExecuteAsync("insert into digest.send_budgets (key, tokens, refilled_at) values ($1, 7, clock_timestamp())", limit.Key);
        var lost = new LostClaims(world.Time, Lapse);
        lost.Add([limit], 5);
        world.Time.Advance(Lapse - TimeSpan.FromSeconds(secondsBeforeTheLapse));

        await lost.ReleaseAsync(world.Get<ReleaseClaims>(), await world.RegisterWorkerAsync(Stop), unused, Stop);
        await unused.ReturnAsync(budgets, Stop);

        (await world.Database.ScalarAsync<double>("select tokens from digest.send_budgets where key = $1", limit.Key)).ShouldBe(tokens);
    }

    [Fact]
    public async Task Claims_are_given_back_by_their_instant_or_one_by_one_and_no_others()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 4);
        await world.QueueAsync(Stop);
        var worker = await world.RegisterWorkerAsync(Stop);
        var (claimDue, release, lost) = (world.Get<ClaimDue>(), world.Get<ReleaseClaims>(), new LostClaims(world.Time, Lapse));
        var kept = await world.ClaimAsync(worker, Stop, limit: 1);
        world.Time.Advance(TimeSpan.FromSeconds(1));
        var notGivenBack = await world.ClaimAsync(worker, Stop, limit: 1);
        world.Time.Advance(TimeSpan.FromSeconds(1));
        await Should.ThrowAsync<IOException>(() => lost.WatchAsync<int>(world.Time.GetUtcNow(), async now =>
        {
            await claimDue.DeliveriesAsync(new SendingIssue(world.Issue.Id, CanaryOnly: false), worker, now, Relays.Main, turn: null, dayShare: null, limit: 2, Stop);
            throw new IOException("The answer was lost.");
        }));
        world.Time.Advance(TimeSpan.FromSeconds(1));

        await lost.ReleaseAsync(release, worker, new UnusedBudget(), Stop);
        (await ClaimedAsync(world)).ShouldBe([.. kept.Concat(notGivenBack).Select(claim => claim.Key.SubscriberId).Order()]);

        lost.Add(notGivenBack[0]);
        await lost.ReleaseAsync(release, worker, new UnusedBudget(), Stop);
        (await ClaimedAsync(world)).ShouldBe([kept[0].Key.SubscriberId]);
    }

    private static async Task<long[]> ClaimedAsync(LedgerWorld world) => await world.Database.ScalarAsync<long[]>(
        "select array_agg(subscriber_id order by subscriber_id) from digest.deliveries where state = 'claimed'") ?? [];
}
