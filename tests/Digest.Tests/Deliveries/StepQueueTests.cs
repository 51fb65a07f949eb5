using Digest.Deliveries;
using Digest.Smtp;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>Which of a worker's two writers gets what waits, and when.</summary>
public sealed class StepQueueTests
{
    private const int Lanes = 3;

    private static readonly WireLoop Loop = new(TimeSpan.FromMinutes(10));

    private readonly StepQueue steps = new(Lanes, Loop);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Steps_of_all_lanes_are_taken_together_in_their_order()
    {
        var taking = steps.TakeAsync();
        var added = await OnLoopAsync(() => new[] { Add(), Add(), Add() });

        (await taking).ShouldBe(added);
    }

    [Fact]
    public async Task Nobody_waits_for_long_for_a_lane_that_has_nothing_to_write()
    {
        var taking = steps.TakeAsync();
        var added = Add();

        (await taking.WaitAsync(Stop)).ShouldBe([added]);
    }

    [Fact]
    public async Task After_waiting_in_vain_the_next_is_not_waited_with()
    {
        Add();
        (await steps.TakeAsync()).Count.ShouldBe(1);
        var again = steps.TakeAgainAsync();

        // Both at once: nothing is gathered between.
        var added = await OnLoopAsync(() => (Add(), Add()));

        (await again).ShouldBe([added.Item1]);
    }

    [Fact]
    public async Task So_many_are_taken_at_most()
    {
        LedgerStep[] added = [.. Enumerable.Range(0, 17).Select(_ => Add())];

        (await steps.TakeAsync()).ShouldBe(added[..16]);
        steps.Resume().ShouldBe(added[16..]);
    }

    [Fact]
    public async Task The_second_writer_waits_until_it_is_worth_a_commit()
    {
        await TakeOneAsync();
        Add();
        Add();
        var second = steps.TakeAsync();
        await SettleAsync();
        second.IsCompleted.ShouldBeFalse();

        Add();

        (await second).Count.ShouldBe(Lanes);
    }

    [Fact]
    public async Task The_first_takes_what_there_is_when_it_is_done_and_the_second_goes_on_waiting()
    {
        var second = await WithOneWaitingAsync();

        (await steps.TakeAgainAsync()).Count.ShouldBe(1);

        await SettleAsync();
        second.IsCompleted.ShouldBeFalse();
        Enumerable.Range(0, Lanes).ToList().ForEach(_ => Add());
        (await second).Count.ShouldBe(Lanes);
    }

    [Fact]
    public async Task The_second_takes_what_there_is_while_the_first_backs_off()
    {
        var second = await WithOneWaitingAsync();

        steps.Rest();

        (await second).Count.ShouldBe(1);
        // Both are writing again.
        steps.Resume().ShouldBeEmpty();
        var third = steps.TakeAsync();
        Add();
        await SettleAsync();
        third.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task After_completion_what_waits_is_taken_and_then_nothing()
    {
        Add();
        steps.Complete();

        Should.Throw<InvalidOperationException>(Add);
        (await steps.TakeAsync()).Count.ShouldBe(1);
        (await steps.TakeAgainAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Completion_ends_a_writer_that_waits_for_nothing()
    {
        var taking = steps.TakeAsync();

        steps.Complete();

        (await taking).ShouldBeEmpty();
    }

    [Fact]
    public async Task Completion_while_too_few_wait_gives_them_to_the_second_when_the_first_backs_off()
    {
        var second = await WithOneWaitingAsync();
        steps.Complete();

        steps.Rest();

        (await second).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Completion_while_too_few_wait_gives_them_to_the_first_when_it_is_done_and_ends_the_second()
    {
        var second = await WithOneWaitingAsync();
        steps.Complete();

        (await steps.TakeAgainAsync()).Count.ShouldBe(1);

        (await second).ShouldBeEmpty();
    }

    private async Task TakeOneAsync()
    {
        Add();
        (await steps.TakeAsync()).Count.ShouldBe(1);
    }

    /// <returns>The second writer, while the first is writing.</returns>
    private async Task<Task<List<LedgerStep>>> WithOneWaitingAsync()
    {
        await TakeOneAsync();
        Add();
        var second = steps.TakeAsync();
        await SettleAsync();
        second.IsCompleted.ShouldBeFalse();
        return second;
    }

    private LedgerStep Add()
    {
        var step = new LedgerStep(settling: null, beginning: null, loop: null);
        steps.Add(step);
        return step;
    }

    /// <summary>Whatever is handed over by now, or will be when gathering is over, has been.</summary>
    private static Task SettleAsync()
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.After(TimeSpan.FromMilliseconds(3), over.SetResult);
        return over.Task;
    }

    private static Task<T> OnLoopAsync<T>(Func<T> action)
    {
        var ran = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(() => ran.SetResult(action()));
        return ran.Task;
    }
}
