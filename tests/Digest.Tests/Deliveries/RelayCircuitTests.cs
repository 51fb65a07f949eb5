using Digest.Deliveries;
using Digest.Smtp;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

public sealed class RelayCircuitTests
{
    private static readonly SmtpOutcome Lost = new(SmtpVerdict.NotSent, SmtpStage.Connect);
    private static readonly SmtpOutcome Answered = new(SmtpVerdict.Accepted, SmtpStage.Reply, 250);

    private static readonly SmtpOutcome TooFast = new(SmtpVerdict.NotSent, SmtpStage.Mail, 421, "4.7.28", "slow down");

    private readonly FakeTimeProvider time = new(LedgerWorld.Monday);
    private readonly RelayCircuit circuit;

    public RelayCircuitTests() => circuit = new RelayCircuit(time);

    [Fact]
    public void E19_three_losses_in_a_row_open_it_and_nothing_is_claimed()
    {
        circuit.Record(Lost).ShouldBe(CircuitChange.None);
        circuit.Record(Lost).ShouldBe(CircuitChange.None);
        circuit.Record(Lost).ShouldBe(CircuitChange.Opened);

        circuit.MayTry.ShouldBeFalse();
        circuit.Allowance(free: 100, outstanding: 0).ShouldBe(0);
    }

    [Fact]
    public void E6_a_relay_that_takes_every_dot_and_answers_none_is_not_given_a_whole_issue()
    {
        var doubt = new SmtpOutcome(SmtpVerdict.InDoubt, SmtpStage.Reply);
        circuit.Record(doubt).ShouldBe(CircuitChange.None);
        circuit.Record(doubt).ShouldBe(CircuitChange.None);

        circuit.Record(doubt).ShouldBe(CircuitChange.Opened);
    }

    [Fact]
    public void E3_a_refused_login_opens_it_at_once_so_that_no_burst_of_them_locks_the_account()
    {
        circuit.Record(new SmtpOutcome(SmtpVerdict.OurFault, SmtpStage.Connect, 535, "5.7.8")).ShouldBe(CircuitChange.Opened);

        circuit.MayTry.ShouldBeFalse();
    }

    [Fact]
    public void E19_an_answer_between_losses_keeps_it_closed()
    {
        for (var i = 0; i < 10; i++)
        {
            circuit.Record(Lost);
            circuit.Record(Lost);
            circuit.Record(Answered);
        }

        circuit.Allowance(free: 100, outstanding: 0).ShouldBe(100);
    }

    [Fact]
    public void E19_one_message_probes_and_its_answer_closes_it()
    {
        Open();
        time.Advance(TimeSpan.FromSeconds(5));

        circuit.Allowance(free: 100, outstanding: 0).ShouldBe(1);
        circuit.Allowance(free: 99, outstanding: 1).ShouldBe(0);
        circuit.Record(Answered).ShouldBe(CircuitChange.Closed);
        circuit.Allowance(free: 100, outstanding: 0).ShouldBe(100);
    }

    [Fact]
    public void E19_each_lost_probe_doubles_the_wait_up_to_five_minutes()
    {
        Open();
        foreach (var seconds in (int[])[5, 10, 20, 40, 80, 160, 300, 300])
        {
            time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            circuit.MayTry.ShouldBeFalse();
            time.Advance(TimeSpan.FromTicks(1));
            circuit.MayTry.ShouldBeTrue();
            circuit.Record(Lost).ShouldBe(CircuitChange.Opened);
        }
    }

    [Fact]
    public void Lanes_that_were_still_talking_when_it_opened_change_nothing()
    {
        Open();

        circuit.Record(Lost).ShouldBe(CircuitChange.None);
        circuit.Record(Answered).ShouldBe(CircuitChange.None);

        circuit.MayTry.ShouldBeFalse();
    }

    [Fact]
    public void D5_a_request_to_slow_down_holds_everything_for_ten_minutes_then_one_probes()
    {
        circuit.Record(TooFast).ShouldBe(CircuitChange.Held);

        time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        circuit.Allowance(free: 100, outstanding: 0).ShouldBe(0);
        time.Advance(TimeSpan.FromTicks(1));
        circuit.Allowance(free: 100, outstanding: 0).ShouldBe(1);
    }

    [Fact]
    public void D5_after_that_it_gets_one_connection_then_one_more_each_minute()
    {
        var slowed = new RelayCircuit(time, connections: 4);
        slowed.Record(TooFast);
        slowed.Connections.ShouldBe(1);
        time.Advance(TimeSpan.FromMinutes(12));
        slowed.Connections.ShouldBeGreaterThanOrEqualTo(1);

        slowed.Record(Answered).ShouldBe(CircuitChange.Closed);
        foreach (var connections in (int[])[1, 2, 3, 4, 4])
        {
            slowed.Connections.ShouldBe(connections);
            time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public void D5_another_request_begins_it_again()
    {
        var slowed = new RelayCircuit(time, connections: 4);
        slowed.Record(TooFast);
        time.Advance(TimeSpan.FromMinutes(10));
        slowed.Record(Answered);
        time.Advance(TimeSpan.FromMinutes(2));
        slowed.Connections.ShouldBe(3);

        slowed.Record(TooFast).ShouldBe(CircuitChange.Held);

        slowed.MayTry.ShouldBeFalse();
        slowed.Connections.ShouldBe(1);
    }

    [Fact]
    public void D5_a_hold_that_is_over_counts_for_a_worker_that_starts_later_and_stops_nothing()
    {
        var slowed = new RelayCircuit(time, connections: 4);

        slowed.Hold(-TimeSpan.FromSeconds(90));

        (slowed.MayTry, slowed.IsClosed, slowed.Connections, slowed.ConnectionsInAll).ShouldBe((true, true, 2, 2));
    }

    [Fact]
    public void D5_a_hold_that_is_over_is_over_where_no_lane_may_probe_and_an_outage_is_not()
    {
        var held = new RelayCircuit(time);
        held.Hold(TimeSpan.FromMinutes(10));
        Open();

        held.EndOldHold();
        held.IsClosed.ShouldBeFalse();

        time.Advance(TimeSpan.FromMinutes(10));
        held.EndOldHold();
        circuit.EndOldHold();
        (held.IsClosed, circuit.IsClosed).ShouldBe((true, false));
    }

    [Fact]
    public void D5_the_end_of_a_hold_is_not_that_of_a_later_one()
    {
        var slowed = new RelayCircuit(time, connections: 4);
        slowed.Hold(-TimeSpan.FromMinutes(5));
        var seen = slowed.HeldUntil;
        slowed.Record(TooFast);

        slowed.EndHold(seen);
        slowed.ConnectionsInAll.ShouldBe(1);

        slowed.EndHold(slowed.HeldUntil);
        slowed.ConnectionsInAll.ShouldBeNull();
    }

    [Fact]
    public void D5_what_another_worker_was_told_does_not_shorten_a_longer_wait()
    {
        Open();
        foreach (var seconds in (int[])[5, 10, 20, 40, 80, 160])
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            circuit.Record(Lost);
        }

        circuit.Hold(TimeSpan.FromMinutes(1));

        time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        circuit.MayTry.ShouldBeFalse();
        circuit.Hold(TimeSpan.FromMinutes(1));
        time.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        circuit.MayTry.ShouldBeFalse();
        time.Advance(TimeSpan.FromTicks(1));
        circuit.MayTry.ShouldBeTrue();
    }

    [Fact]
    public void E4_a_421_halves_the_connections_once_however_many_lanes_are_told_and_they_come_back_one_by_one()
    {
        var busy = new SmtpOutcome(SmtpVerdict.NotSent, SmtpStage.Connect, 421, "4.3.2", "too many connections");
        var slowed = new RelayCircuit(time, connections: 8);

        slowed.Record(busy).ShouldBe(CircuitChange.Slowed);
        slowed.Record(busy).ShouldBe(CircuitChange.None);
        slowed.Record(Answered).ShouldBe(CircuitChange.None);

        foreach (var connections in (int[])[4, 5, 6, 7, 8, 8])
        {
            slowed.Connections.ShouldBe(connections);
            time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    private void Open()
    {
        for (var i = 0; i < 3; i++)
        {
            circuit.Record(Lost);
        }
    }
}
