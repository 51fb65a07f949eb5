using Digest.Deliveries;
using Digest.Smtp;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>From what the relay said to what the ledger does.</summary>
public sealed class SettlementRulesTests
{
    private static readonly SmtpOutcome Greylisted = new(SmtpVerdict.Deferred, SmtpStage.Recipient, 450, "4.2.0", "greylisted");
    private static readonly SmtpOutcome PolicyRefusal = new(SmtpVerdict.OurFault, SmtpStage.Recipient, 550, "5.7.1", "refused by policy");
    private static readonly SmtpOutcome Accepted = new(SmtpVerdict.Accepted, SmtpStage.Reply, 250, "2.0.0", "queued as 1");

    private readonly SettlementRules rules = new(new BackOff(Options.Create(new SendingSettings())), new PolicyRefusals());

    [Fact]
    public void E2_two_tries_in_the_first_hour_then_one_every_two_to_three()
    {
        foreach (var _ in Enumerable.Range(0, 200))
        {
            Settle(Greylisted, attempts: 0).Wait.ShouldBeInRange(TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(45));
            Settle(Greylisted, attempts: 1).Wait.ShouldBeInRange(TimeSpan.FromHours(2), TimeSpan.FromHours(3));
            Settle(Greylisted, attempts: 9).Wait.ShouldBeInRange(TimeSpan.FromHours(2), TimeSpan.FromHours(3));
        }
    }

    [Fact]
    public void E2_jitter_spreads_what_was_deferred_together() =>
        Enumerable.Range(0, 100).Select(_ => Settle(Greylisted).Wait).Distinct().Count().ShouldBeGreaterThan(50);

    [Fact]
    public void D5_after_4_7_28_a_message_waits_at_least_ten_minutes_though_its_connection_was_lost() =>
        Settle(new SmtpOutcome(SmtpVerdict.NotSent, SmtpStage.Mail, 421, "4.7.28", "slow down"))
            .Wait.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMinutes(10));

    [Fact]
    public void A_lost_connection_charges_no_try()
    {
        var settlement = Settle(new SmtpOutcome(SmtpVerdict.NotSent, SmtpStage.Body));

        settlement.State.ShouldBe(DeliveryState.Queued);
        settlement.ChargesTry.ShouldBeFalse();
        settlement.Wait.ShouldBeLessThan(TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(SmtpVerdict.NotSent, SmtpStage.Body)]
    [InlineData(SmtpVerdict.OurFault, SmtpStage.Connect)]
    public void What_a_relay_deferred_before_stays_its_own_when_that_relay_is_lost(SmtpVerdict verdict, SmtpStage stage) =>
        Settle(new SmtpOutcome(verdict, stage), attempts: 1, another: true).State.ShouldBe(DeliveryState.Deferred);

    [Fact]
    public void E3_one_recipients_policy_refusal_is_a_deferral_and_five_in_a_row_pause_the_run()
    {
        for (var i = 1; i < 5; i++)
        {
            Settle(PolicyRefusal).ShouldSatisfyAllConditions(
                s => s.State.ShouldBe(DeliveryState.Deferred), s => s.PausesRun.ShouldBeFalse(), s => s.SuppressesAddress.ShouldBeFalse());
        }

        Settle(PolicyRefusal).ShouldSatisfyAllConditions(
            s => s.State.ShouldBe(DeliveryState.Queued), s => s.PausesRun.ShouldBeTrue(), s => s.SuppressesAddress.ShouldBeFalse());
    }

    [Fact]
    public void E3_an_acceptance_between_them_ends_the_row_of_refusals()
    {
        for (var i = 0; i < 20; i++)
        {
            Settle(PolicyRefusal).PausesRun.ShouldBeFalse();
            Settle(i % 2 == 0 ? Accepted : Greylisted);
        }
    }

    [Theory]
    [InlineData(SmtpStage.Connect, 535, "5.7.8")]
    [InlineData(SmtpStage.Mail, 550, "5.7.1")]
    [InlineData(SmtpStage.Mail, 552, "5.3.4")]
    [InlineData(SmtpStage.Recipient, 530, "5.7.0")]
    [InlineData(SmtpStage.Recipient, 550, "5.1.8")]
    public void E3_what_can_only_be_our_fault_pauses_the_run_at_once(SmtpStage stage, int code, string enhanced) =>
        Settle(new SmtpOutcome(SmtpVerdict.OurFault, stage, code, enhanced, "no")).PausesRun.ShouldBeTrue();

    [Fact]
    public void A_refused_notice_waits_as_it_has_no_issue_that_pauses() =>
        rules.Of(ClaimOf(LedgerKind.Notice, 0), new SmtpOutcome(SmtpVerdict.OurFault, SmtpStage.Mail, 550, "5.7.1", "no"))
            .Wait.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMinutes(30));

    private Settlement Settle(SmtpOutcome outcome, int attempts = 0, bool another = false) =>
        rules.Of(ClaimOf(LedgerKind.Delivery, attempts), outcome, another);

    private static Claim ClaimOf(LedgerKind kind, int attempts) =>
        new(new LedgerKey(kind, 1, 1), "", 1, "reader-1@example.com", "reader-1@example.com", 1, attempts);
}
