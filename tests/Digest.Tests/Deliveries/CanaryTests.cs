using CsCheck;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Local.Mailbox;
using Digest.Newsletters;
using Digest.Smtp;
using Digest.Subscribers;
using Digest.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>A small share goes first, and the rest only when it fared well.</summary>
public sealed class CanaryTests
{
    private static readonly CanaryPolicy Five = new() { Percent = 5, WaitMinutes = 30, MaxDeferredPercent = 50, MaxRejectedPercent = 20, MaxComplaints = 0 };

    private static readonly DateTimeOffset Until = LedgerWorld.Monday.AddMinutes(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_parts_are_those_of_the_domains_and_add_up_to_the_share()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 0);
        var run = 0;

        await Gen.Select(Gen.Int[1, 120].Array[1, 8], Gen.Int[1, 5]).SampleAsync(
            async (domains, percent) =>
            {
                var newsletter = await NewsletterAsync(world, $"n{Interlocked.Increment(ref run)}", domains, percent);
                var issue = await world.Database.IssueAsync(newsletter.Id, LedgerWorld.Week, LedgerWorld.Monday);
                await world.Get<QueueIssue>().RunAsync(issue.Id, Stop);

                await using var context = world.Database.NewContext();
                var canaries = await context.Deliveries.Where(d => d.IssueId == issue.Id && d.Canary)
                    .Join(context.Subscribers, d => d.SubscriberId, s => s.Id, (d, s) => s.AddressKey).ToListAsync(Stop);
                var wanted = ((domains.Sum() * percent) + 99) / 100;
                canaries.Count.ShouldBe(wanted);
                for (var i = 0; i < domains.Length; i++)
                {
                    var exact = (double)domains[i] * wanted / domains.Sum();
                    var part = canaries.Count(key => key.EndsWith($"@d{i}.example", StringComparison.Ordinal));
                    Math.Abs(part - exact).ShouldBeLessThan(1, $"domain {i} of {string.Join(' ', domains)}");
                    (part >= 1 || exact < 1).ShouldBeTrue($"domain {i} of {string.Join(' ', domains)} has none");
                }
            },
            iter: 25, threads: 1);
    }

    [Fact]
    public async Task It_is_due_first_and_the_rest_no_earlier_than_its_end()
    {
        await using var world = await QueuedAsync(readers: 40);

        await using var context = world.Database.NewContext();
        var rows = await context.Deliveries.ToListAsync(Stop);
        rows.Count(row => row.Canary).ShouldBe(2);
        rows.ShouldAllBe(row => row.DueAt == (row.Canary ? LedgerWorld.Monday : Until) && row.ExpiresAt == row.DueAt.AddHours(48));
        rows.ShouldAllBe(row => row.DatedAt == (row.Canary ? null : Until));
        (await world.IssueAsync()).ShouldSatisfyAllConditions(i => i.CanaryUntil.ShouldBe(Until), i => i.CanaryReleasedAt.ShouldBeNull());
    }

    [Fact]
    public async Task With_the_readers_hour_it_goes_with_the_first_of_them_and_to_nobody_who_pauses_then()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 3);
        await world.PolicyAsync(policy => policy with { Canary = Five });
        await world.ScheduleAsync(schedule => schedule with { ReadersHour = true });
        var newYork = LedgerWorld.Monday.AddHours(6);
        await world.Database.ExecuteAsync("update digest.subscribers set time_zone = 'America/New_York'");
        await world.Database.ExecuteAsync("update digest.subscribers set time_zone = null where id = $1", world.Readers[2].Id);
        await world.Database.ExecuteAsync("update digest.subscribers set paused_until = $2 where id = $1", world.Readers[0].Id, newYork.AddHours(-1));
        await world.Database.ExecuteAsync("update digest.subscribers set paused_until = $2 where id = $1", world.Readers[2].Id, LedgerWorld.Monday.AddMinutes(5));

        await world.QueueAsync(Stop);

        (await world.RowAsync(0)).ShouldSatisfyAllConditions(row => row.Canary.ShouldBeFalse(), row => row.DueAt.ShouldBe(newYork));
        (await world.RowAsync(1)).ShouldSatisfyAllConditions(row => row.Canary.ShouldBeTrue(), row => row.DueAt.ShouldBe(LedgerWorld.Monday));
        (await world.RowAsync(2)).ShouldSatisfyAllConditions(row => row.Canary.ShouldBeFalse(), row => row.DueAt.ShouldBe(Until));
    }

    [Fact]
    public async Task When_it_is_well_the_rest_follows()
    {
        await using var world = await SendingAsync();

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 2);
        await world.UntilAsync(() => Task.FromResult(world.Ledger.Time.GetUtcNow() >= Until.AddSeconds(-1)), TimeSpan.FromSeconds(1));
        var canaries = world.Recipients;
        await world.UntilCountAsync(DeliveryState.Accepted, 40);

        canaries.Count.ShouldBe(2);
        (await world.Ledger.IssueAsync()).CanaryReleasedAt.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(Until);
        world.Recipients.Distinct().Count().ShouldBe(40);
        (await world.Ledger.OpenAlertsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task When_it_is_refused_the_issue_pauses_with_the_figures_and_only_resuming_sends_the_rest()
    {
        await using var world = await SendingAsync();
        world.Relay.Script.On(SmtpStep.Recipient).Reply("550 5.1.1 no such user").Times(2);

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Paused, TimeSpan.FromSeconds(1));

        (await world.Ledger.IssueAsync()).StateReason.ShouldBe("The canary fared badly: of 2 mails 0 were deferred (allowed are 50 %), "
            + "2 rejected and 0 are in doubt (20 % together), and 0 readers complained (0).");
        (await world.Ledger.OpenAlertsAsync()).ShouldBe([RunPause.Alert]);
        world.Recipients.ShouldBeEmpty();
        await world.Ledger.Get<IssueControls>().ResumeAsync(world.Ledger.Issue.Id, Stop);
        await world.UntilCountAsync(DeliveryState.Accepted, 38);
        (await world.Ledger.OpenAlertsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_outcomes_there_is_no_verdict_but_an_alert_and_its_own_rows_go_on_however_late()
    {
        await using var world = await QueuedAsync(readers: 40);
        var worker = await world.RegisterWorkerAsync(Stop);
        world.Time.SetUtcNow(Until.AddHours(1));
        await SetCanaryAsync(world, $"due_at = '{Until.AddMinutes(20):O}'");

        await world.Get<JudgeCanary>().RunAsync(Stop);

        (await world.IssueAsync()).CanaryReleasedAt.ShouldBeNull();
        (await world.OpenAlertsAsync()).ShouldBe([JudgeCanary.Waits]);
        (await world.ClaimAsync(worker, Stop)).Count.ShouldBe(2);
        await SetCanaryAsync(world, "state = 'accepted', claimed_by = null");
        await world.Get<JudgeCanary>().RunAsync(Stop);
        (await world.OpenAlertsAsync()).ShouldBeEmpty();
        (await world.ClaimAsync(worker, Stop)).Count.ShouldBe(38);
    }

    [Theory]
    [InlineData("state = 'deferred'", 0, IssueState.Paused)]
    [InlineData("state = 'in_doubt'", 0, IssueState.Paused)]
    [InlineData("state = 'expired'", 0, IssueState.Paused)]
    [InlineData("state = 'accepted'", 1, IssueState.Paused)]
    [InlineData("state = 'accepted', attempts = 1", 0, IssueState.Sending)]
    public async Task The_verdict_follows_the_limits(string outcome, int complaints, IssueState verdict)
    {
        await using var world = await QueuedAsync(readers: 40);
        await SetCanaryAsync(world, outcome);
        await using (var context = world.Database.NewContext())
        {
            var keys = await context.Deliveries.Where(d => d.Canary).Join(context.Subscribers, d => d.SubscriberId, s => s.Id, (d, s) => s.AddressKey)
                .Take(complaints).ToListAsync(Stop);
            context.AddRange(keys.Select(key => new Suppression
            {
                AddressHash = world.Get<AddressHash>().Of(key),
                Reason = SuppressionReason.Complaint,
                CreatedAt = LedgerWorld.Monday.AddMinutes(9),
            }));
            await context.SaveChangesAsync(Stop);
        }

        await world.Get<JudgeCanary>().RunAsync(Stop);
        (await world.IssueAsync()).CanaryReleasedAt.ShouldBeNull("its time is not over");
        world.Time.SetUtcNow(Until);
        await world.Get<JudgeCanary>().RunAsync(Stop);

        (await world.IssueAsync()).State.ShouldBe(verdict);
    }

    [Fact]
    public async Task Many_workers_give_one_verdict()
    {
        await using var world = await QueuedAsync(readers: 40);
        await using var other = world.NewServices();
        await SetCanaryAsync(world, "state = 'rejected'");
        world.Time.SetUtcNow(Until);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? world.Services : other).GetRequiredService<JudgeCanary>().RunAsync(Stop)));
        await world.Get<IssueControls>().ResumeAsync(world.Issue.Id, Stop);
        await world.Get<JudgeCanary>().RunAsync(Stop);

        (await world.IssueAsync()).State.ShouldBe(IssueState.Sending);
        (await world.Database.ScalarAsync<long>("select count(*) from digest.alerts")).ShouldBe(1);
    }

    [Fact]
    public async Task An_operator_s_own_pause_is_no_verdict()
    {
        await using var world = await QueuedAsync(readers: 40);
        var controls = world.Get<IssueControls>();
        await controls.PauseAsync(world.Issue.Id, "a wrong link", Stop);
        world.Time.SetUtcNow(Until.AddMinutes(1));
        await world.Get<JudgeCanary>().RunAsync(Stop);
        await controls.ResumeAsync(world.Issue.Id, Stop);

        (await world.IssueAsync()).CanaryReleasedAt.ShouldBeNull();
        (await world.ClaimAsync(await world.RegisterWorkerAsync(Stop), Stop)).Count.ShouldBe(2);
    }

    private static async Task<LedgerWorld> QueuedAsync(int readers)
    {
        var world = await LedgerWorld.CreateAsync(readers);
        await world.PolicyAsync(policy => policy with { Canary = Five });
        await world.QueueAsync(Stop);
        return world;
    }

    private static Task<SendingWorld> SendingAsync() => SendingWorld.QueuedAsync(
        readers: 40, arrange: ledger => ledger.PolicyAsync(policy => policy with { Canary = Five }));

    private static Task SetCanaryAsync(LedgerWorld world, string what) =>
        world.Database.ExecuteAsync($"update digest.deliveries set {what} where canary");

    private static async Task<Newsletter> NewsletterAsync(LedgerWorld world, string slug, int[] domains, int percent)
    {
        var newsletter = await world.Database.NewsletterAsync(slug);
        await using var context = world.Database.NewContext();
        context.Update(newsletter).Entity.Policy = newsletter.Policy with { Canary = Five with { Percent = percent } };
        context.AddRange(domains.SelectMany((readers, domain) => Enumerable.Range(0, readers).Select(reader => new Subscriber
        {
            NewsletterId = newsletter.Id,
            Address = $"r{reader}@d{domain}.example",
            AddressKey = $"r{reader}@d{domain}.example",
            State = SubscriberState.Confirmed,
            CreatedAt = LedgerWorld.Monday.AddDays(-9),
        })));
        await context.SaveChangesAsync(Stop);
        return newsletter;
    }
}
