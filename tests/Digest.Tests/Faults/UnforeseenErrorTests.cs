using Digest.Deliveries;
using Digest.Issues;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Digest.TestKit;
using Digest.Tests.Deliveries;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Digest.Tests.Faults;

/// <summary>Something fails in the middle of a message that nobody foresaw: here the log, whose disk is full.</summary>
public sealed class UnforeseenErrorTests
{
    [Fact]
    public async Task A_message_that_the_relay_refused_before_its_dot_waits_and_goes_out_later()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 2);
        world.Relay.Script.On(SmtpStep.Recipient).Reply("421 4.7.28 unusual rate").Close().Times(1);
        await using var services = WithFullDisk(world);

        await world.StartWorkerAsync(services);
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent, TimeSpan.FromSeconds(2));

        (await world.CountAsync(DeliveryState.Accepted)).ShouldBe(2);
        world.Relay.Dots.ShouldBe(2);
    }

    [Fact]
    public async Task Messages_whose_dots_were_out_are_in_doubt_and_the_issue_comes_to_its_end()
    {
        const int untilTheRelayCountsAsAway = 3;
        await using var world = await SendingWorld.QueuedAsync(readers: 6);
        world.Relay.Script.On(SmtpStep.Dot).Close().Times(untilTheRelayCountsAsAway);
        await using var services = WithFullDisk(world);

        await world.StartWorkerAsync(services);
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent);

        (await world.CountAsync(DeliveryState.InDoubt)).ShouldBe(untilTheRelayCountsAsAway);
        (await world.CountAsync(DeliveryState.Accepted)).ShouldBe(3);
        world.Relay.Dots.ShouldBe(6);
    }

    [Fact]
    public async Task An_address_that_cannot_be_written_is_rejected_all_the_same()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 2);
        await world.Ledger.Database.ExecuteAsync(
            "update digest.subscribers set address = 'læser@example.com' where id = $1", world.Ledger.Readers[0].Id);
        await using var services = WithFullDisk(world);

        await world.StartWorkerAsync(services);
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent);

        (await world.Ledger.StateAsync(0)).ShouldBe(DeliveryState.Rejected);
        (await world.Ledger.StateAsync(1)).ShouldBe(DeliveryState.Accepted);
    }

    private static ServiceProvider WithFullDisk(SendingWorld world) => TestServices.Build(
        world.Ledger.Database, world.Ledger.Time, world.Ledger.SmtpPort,
        new Dictionary<string, string?> { ["Digest:Smtp:Connections"] = "1" },
        services => services.AddSingleton<ILoggerProvider, FullDisk>());

    /// <summary>Takes what every start says; there is no room for a warning.</summary>
    private sealed class FullDisk : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new IOException("No space left on device.");

        public void Dispose()
        {
        }
    }
}
