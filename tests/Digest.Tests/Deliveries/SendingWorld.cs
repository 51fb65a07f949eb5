using Digest.Deliveries;
using Digest.Local.Mailbox;
using Digest.Newsletters;
using Digest.Smtp;
using Digest.TestKit;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>A <see cref="LedgerWorld"/> with a relay that does what it is told, and workers that send to it.</summary>
internal sealed class SendingWorld : IAsyncDisposable
{
    /// <summary>The clock only moves while a test waits, in steps far below every heartbeat and poll.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <summary>Each is a round trip, together more than a minute of the fastest machine: what has not come about by then fails, and does not hang.</summary>
    private const int MostSteps = 400_000;

    private readonly List<SendingService> workers = [];

    private SendingWorld(MailboxServer relay, LedgerWorld ledger) => (Relay, Ledger) = (relay, ledger);

    public MailboxServer Relay { get; }

    public LedgerWorld Ledger { get; }

    public IReadOnlyList<string> Recipients => [.. Relay.Store.All.Select(mail => mail.Recipient)];

    /// <param name="readers">Confirmed subscribers, queued already.</param>
    /// <param name="connections">Lanes of each worker.</param>
    /// <param name="whenInDoubt">The newsletter's policy.</param>
    /// <param name="relay">How the relay listens.</param>
    /// <param name="arrange">What happens before the issue is queued.</param>
    /// <param name="settings">Beside those of the test kit.</param>
    public static async Task<SendingWorld> QueuedAsync(
        int readers, int connections = 1, InDoubtDefault whenInDoubt = InDoubtDefault.Leave, MailboxOptions? relay = null,
        Func<LedgerWorld, Task>? arrange = null, params (string Name, string Value)[] settings)
    {
        var world = await ApprovedAsync(
            await TestDatabase.CreateAsync(), LedgerWorld.Monday, readers, connections, whenInDoubt, relay, settings);
        await (arrange?.Invoke(world.Ledger) ?? Task.CompletedTask);
        await world.Ledger.QueueAsync(TestContext.Current.CancellationToken);
        return world;
    }

    /// <summary>Not queued yet, on a database and at an instant of the caller's choice.</summary>
    public static async Task<SendingWorld> ApprovedAsync(
        TestDatabase database, DateTimeOffset now, int readers, int connections = 1,
        InDoubtDefault whenInDoubt = InDoubtDefault.Leave, MailboxOptions? relay = null, params (string Name, string Value)[] settings)
    {
        var server = await MailboxServer.StartAsync(relay ?? new MailboxOptions());
        return new SendingWorld(server, await LedgerWorld.OnAsync(
            database, now, readers, whenInDoubt, server.Port, [("Digest:Smtp:Connections", $"{connections}"), .. settings]));
    }

    /// <summary>Starts the sender of one process.</summary>
    public async Task<SendingService> StartWorkerAsync(ServiceProvider? services = null)
    {
        var worker = ActivatorUtilities.CreateInstance<SendingService>(services ?? Ledger.Services);
        workers.Add(worker);
        await worker.StartAsync(TestContext.Current.CancellationToken);
        return worker;
    }

    /// <summary>The next week's issue, to the readers so far and some more.</summary>
    public async Task QueueNextAsync(int readers)
    {
        await Ledger.Database.SubscribersAsync(Ledger.Newsletter.Id, readers);
        var next = await Ledger.Database.IssueAsync(Ledger.Newsletter.Id, LedgerWorld.Week.Next, LedgerWorld.Monday);
        await Ledger.Get<QueueIssue>().RunAsync(next.Id, TestContext.Current.CancellationToken);
    }

    public async Task UntilAsync(Func<Task<bool>> condition, TimeSpan? step = null)
    {
        for (var steps = 0; !await condition(); steps++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            if (steps == MostSteps)
            {
                throw new TimeoutException($"What is waited for does not come about. {await DescribeAsync()}");
            }

            Ledger.Time.Advance(step ?? Step);
            // A round trip, whatever the condition costs: otherwise days pass, and rows expire, before a worker has started.
            await Ledger.Database.ScalarAsync<int>("select 1");
        }
    }

    /// <summary>Waits for a moment of the relay or the end of a worker, and lets time pass meanwhile: a lane or a write that is tried again waits for the clock.</summary>
    public async Task ComesAsync(Task moment)
    {
        await UntilAsync(() => Task.FromResult(moment.IsCompleted));
        await moment;
    }

    public async Task<T> ComesAsync<T>(Task<T> moment)
    {
        await ComesAsync((Task)moment);
        return await moment;
    }

    public Task StopAsync(SendingService worker) => ComesAsync(worker.StopAsync(CancellationToken.None));

    /// <summary>Every living worker has been at its duties, and could have claimed many times over.</summary>
    /// <param name="seconds">Of the workers' clock.</param>
    /// <param name="step">Longer ones take less of the database's clock, by which limits go.</param>
    public async Task BeatsAsync(int seconds = 20, TimeSpan? step = null)
    {
        var now = Ledger.Time.GetUtcNow().UtcDateTime;
        var lapsed = now.AddSeconds(-new SendingSettings().LapseSeconds);
        await UntilAsync(async () => await Ledger.Database.ScalarAsync<DateTime>(
            "select min(heartbeat_at) from digest.sending_workers where stopped_at is null and heartbeat_at >= $1", lapsed) > now.AddSeconds(seconds), step);
    }

    public Task UntilStateAsync(DeliveryState state, int reader = 0) => UntilAsync(async () => await Ledger.StateAsync(reader) == state);

    public Task UntilCountAsync(DeliveryState state, int count, TimeSpan? step = null) => UntilAsync(async () => await CountAsync(state) == count, step);

    public async Task<int> CountAsync(DeliveryState state) =>
        (await Ledger.Get<IssueProgress>().ReadAsync(Ledger.Issue.Id, TestContext.Current.CancellationToken)).Count(state);

    public int Heard(string command) =>
        Relay.Transcript.Count(line => line.Contains(command, StringComparison.OrdinalIgnoreCase));

    /// <summary>When the relay came to this step, by the workers' clock; grows.</summary>
    public IReadOnlyList<DateTimeOffset> InstantsOf(SmtpStep step)
    {
        var instants = new List<DateTimeOffset>();
        Relay.Script.On(step, _ =>
        {
            lock (instants)
            {
                instants.Add(Ledger.Time.GetUtcNow());
            }

            return false;
        });
        return instants;
    }

    /// <summary>The order in which a worker begins what it claimed at once is its own.</summary>
    public int ReaderOf(string? recipient) => Ledger.Readers.Select(reader => reader.Address).ToList().IndexOf(recipient!);

    public MimeMessage MessageTo(string recipient) => Parse(Relay.Store.All.Single(mail => mail.Recipient == recipient));

    /// <summary>The end of the path of the one URI in List-Unsubscribe.</summary>
    public static string UnsubscribeToken(MimeMessage mail) =>
        (mail.Headers["List-Unsubscribe"] ?? throw new InvalidDataException("The mail has no List-Unsubscribe.")).Trim('<', '>').Split('/')[^1].Split('?')[0];

    public static MimeMessage Parse(ReceivedMail mail) => MimeMessage.Load(new MemoryStream(mail.Raw.ToArray()));

    private async Task<string> DescribeAsync()
    {
        var issue = await Ledger.IssueAsync();
        var progress = await Ledger.Get<IssueProgress>().ReadAsync(issue.Id, TestContext.Current.CancellationToken);
        return $"""
            The clock is at {Ledger.Time.GetUtcNow():O}, the issue {issue.State} {issue.StateReason}: {string.Join(", ", progress.ByState)}.
            Open: {await Ledger.Database.ScalarAsync<string>("select jsonb_agg(to_jsonb(d))::text from (select * from digest.deliveries where state in ('queued', 'claimed', 'deferred') limit 3) d")}
            Alerts: {string.Join(", ", await Ledger.OpenAlertsAsync())}.
            Workers: {await Ledger.Database.ScalarAsync<string>("select jsonb_agg(w)::text from digest.sending_workers w")}
            Budgets: {await Ledger.Database.ScalarAsync<string>("select jsonb_agg(b)::text from digest.send_budgets b")}
            The relay, with {Relay.OpenConnections} connections open: {string.Join('\n', Relay.Transcript.TakeLast(20))}
            """;
    }

    public async ValueTask DisposeAsync()
    {
        // The relay first: a conversation that a test left hanging ends, and its worker can stop.
        await Relay.DisposeAsync();
        foreach (var worker in workers)
        {
            // What it has still to write may wait for the clock.
            var stopping = worker.StopAsync(CancellationToken.None);
            while (!stopping.IsCompleted)
            {
                Ledger.Time.Advance(Step);
                await Task.Yield();
            }

            await stopping;
            worker.Dispose();
        }

        await Ledger.DisposeAsync();
    }
}
