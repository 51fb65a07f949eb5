using Digest.Deliveries;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>Which of a worker's two writers takes what waits.</summary>
public sealed class StepQueueTests
{
    private const int Enough = 3;

    private readonly StepQueue steps = new(Enough);

    [Fact]
    public void Who_writes_alone_takes_what_there_is()
    {
        Add(2);

        steps.Take().Count.ShouldBe(2);
    }

    [Fact]
    public void Steps_are_taken_in_their_order_and_so_many_at_most()
    {
        LedgerStep[] added = [.. Enumerable.Range(0, 501).Select(_ => Add())];

        steps.Take().ShouldBe(added[..500]);
        steps.Resume().ShouldBe(added[500..]);
    }

    [Fact]
    public void The_second_writer_waits_until_it_is_worth_a_commit()
    {
        Add(1);
        steps.Take();
        Add(Enough - 1);
        var second = new Writer(steps);
        second.WaitUntilItWaits();

        Add(1);

        second.Taken().Count.ShouldBe(Enough);
    }

    [Fact]
    public void The_first_takes_what_there_is_when_it_is_done_and_the_second_is_not_woken()
    {
        Add(1);
        steps.Take();
        Add(1);
        var second = new Writer(steps);
        second.WaitUntilItWaits();

        steps.TakeAgain().Count.ShouldBe(1);

        second.WaitUntilItWaits();
        Add(Enough);
        second.Taken().Count.ShouldBe(Enough);
    }

    [Fact]
    public void It_takes_what_there_is_while_the_first_backs_off()
    {
        Add(1);
        steps.Take();
        Add(1);
        var second = new Writer(steps);
        second.WaitUntilItWaits();

        steps.Rest();
        second.Taken().Count.ShouldBe(1);

        // Both are writing again.
        steps.Resume().ShouldBeEmpty();
        Add(Enough - 1);
        var third = new Writer(steps);
        third.WaitUntilItWaits();
        Add(1);
        third.Taken().Count.ShouldBe(Enough);
    }

    [Fact]
    public void After_completion_what_waits_is_taken_and_then_nothing()
    {
        Add(2);
        steps.Complete();

        Should.Throw<InvalidOperationException>(() => Add(1));
        steps.Take().Count.ShouldBe(2);
        steps.TakeAgain().ShouldBeEmpty();
    }

    [Fact]
    public void Completion_ends_a_writer_that_waits_for_nothing()
    {
        var writer = new Writer(steps);
        writer.WaitUntilItWaits();

        steps.Complete();

        writer.Taken().ShouldBeEmpty();
    }

    [Fact]
    public void Completion_while_too_few_wait_gives_them_to_the_second_when_the_first_backs_off()
    {
        var second = AfterCompletionWithOneWaiting();

        steps.Rest();

        second.Taken().Count.ShouldBe(1);
    }

    [Fact]
    public void Completion_while_too_few_wait_gives_them_to_the_first_when_it_is_done_and_ends_the_second()
    {
        var second = AfterCompletionWithOneWaiting();

        steps.TakeAgain().Count.ShouldBe(1);

        second.Taken().ShouldBeEmpty();
    }

    private Writer AfterCompletionWithOneWaiting()
    {
        Add(1);
        steps.Take();
        Add(1);
        var second = new Writer(steps);
        second.WaitUntilItWaits();
        steps.Complete();
        second.WaitUntilItWaits();
        return second;
    }

    private void Add(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Add();
        }
    }

    private LedgerStep Add()
    {
        var step = new LedgerStep(settling: null, beginning: null, loop: null);
        steps.Add(step);
        return step;
    }

    /// <summary>A thread of its own, as writers have.</summary>
    private sealed class Writer
    {
        private readonly Thread thread;
        private List<LedgerStep> taken = [];

        public Writer(StepQueue steps)
        {
            thread = new Thread(() => taken = steps.Take()) { IsBackground = true };
            thread.Start();
        }

        public void WaitUntilItWaits()
        {
            while ((thread.ThreadState & (ThreadState.WaitSleepJoin | ThreadState.Stopped)) == 0)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                Thread.Yield();
            }

            thread.IsAlive.ShouldBeTrue("it took less than is worth a commit");
        }

        public List<LedgerStep> Taken()
        {
            thread.Join();
            return taken;
        }
    }
}
