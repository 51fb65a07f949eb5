using Digest.Data;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Smtp;
using Digest.Subscribers;
using Digest.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Digest.Tests.Deliveries;

/// <summary>A Monday morning: an approved issue, its readers, and the rooms over a database of their own.</summary>
internal sealed class LedgerWorld : IAsyncDisposable
{
    public static readonly Week Week = new(new DateOnly(2026, 3, 2));

    /// <summary>Seven o'clock in Berlin.</summary>
    public static readonly DateTimeOffset Monday = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);

    private readonly List<ServiceProvider> providers = [];
    private readonly Dictionary<string, string?> settings;

    private LedgerWorld(TestDatabase database, Newsletter newsletter, Issue issue, IReadOnlyList<Subscriber> readers,
        int smtpPort, DateTimeOffset now, Dictionary<string, string?> settings)
    {
        Time = new FakeTimeProvider(now);
        (Database, Newsletter, Issue, Readers, SmtpPort, this.settings) = (database, newsletter, issue, readers, smtpPort, settings);
        Services = NewServices();
    }

    public int SmtpPort { get; }

    public TestDatabase Database { get; }

    public FakeTimeProvider Time { get; }

    public Newsletter Newsletter { get; }

    public Issue Issue { get; }

    public IReadOnlyList<Subscriber> Readers { get; }

    public ServiceProvider Services { get; }

    public static async Task<LedgerWorld> CreateAsync(
        int readers = 1, InDoubtDefault whenInDoubt = InDoubtDefault.Leave, int smtpPort = 2525, params (string Name, string Value)[] settings) =>
        await OnAsync(await TestDatabase.CreateAsync(), Monday, readers, whenInDoubt, smtpPort, settings);

    /// <param name="database">Migrated and empty; disposed of with this.</param>
    /// <param name="now">Where the clock stands.</param>
    /// <param name="readers">Confirmed subscribers.</param>
    /// <param name="whenInDoubt">The newsletter's policy.</param>
    /// <param name="smtpPort">Where its relay listens.</param>
    /// <param name="settings">Beside those of the test kit.</param>
    public static async Task<LedgerWorld> OnAsync(
        TestDatabase database, DateTimeOffset now, int readers, InDoubtDefault whenInDoubt, int smtpPort,
        params (string Name, string Value)[] settings)
    {
        var newsletter = await database.NewsletterAsync();
        var world = new LedgerWorld(
            database, newsletter,
            await database.IssueAsync(newsletter.Id, Week, Monday),
            await database.SubscribersAsync(newsletter.Id, readers),
            smtpPort,
            now,
            settings.ToDictionary(pair => pair.Name, pair => (string?)pair.Value));
        await world.PolicyAsync(policy => policy with { WhenInDoubt = whenInDoubt });
        return world;
    }

    /// <summary>The rooms of another process over the same database and clock.</summary>
    /// <param name="others">Settings in which it differs.</param>
    public ServiceProvider NewServices(params (string Name, string Value)[] others)
    {
        var all = new Dictionary<string, string?>(settings);
        foreach (var (name, value) in others)
        {
            all[name] = value;
        }

        var services = TestServices.Build(Database, Time, SmtpPort, all);
        providers.Add(services);
        return services;
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    public Task<QueueResult> QueueAsync(CancellationToken cancellationToken) => Get<QueueIssue>().RunAsync(Issue.Id, cancellationToken);

    public async Task<Guid> RegisterWorkerAsync(CancellationToken cancellationToken)
    {
        var worker = Guid.CreateVersion7();
        await Get<WorkerRegister>().BeatAsync(worker, lanes: 1, perMinute: 0, cancellationToken);
        return worker;
    }

    /// <param name="worker">Whose claims.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="turn">Where there are several relays.</param>
    /// <param name="perMinute">The issue's limit as the worker knows it.</param>
    /// <param name="dayShare">Key of the relay's share of the day.</param>
    public async Task<IReadOnlyList<Claim>> ClaimAsync(
        Guid worker, CancellationToken cancellationToken, int limit = 100, RelayTurn? turn = null, int? perMinute = null, string? dayShare = null)
    {
        var canaryOnly = await IssueAsync() is { CanaryUntil: not null, CanaryReleasedAt: null };
        return (await Get<ClaimDue>().DeliveriesAsync(new SendingIssue(Issue.Id, canaryOnly, perMinute), worker, Time.GetUtcNow(), turn?.Relay ?? Relays.Main, turn, dayShare, limit, cancellationToken)).Claims;
    }

    /// <returns>The instant of the mark; none when refused.</returns>
    public async Task<DateTimeOffset?> BeginAsync(int reader, Guid worker, string relay = Relays.Main) =>
        await BeginAsync(await ClaimOfAsync(reader), worker, relay);

    /// <returns>The instant of the mark; none when refused.</returns>
    public async Task<DateTimeOffset?> BeginAsync(Claim claim, Guid worker, string relay = Relays.Main)
    {
        var step = new LedgerStep(settling: null, new Beginning(claim, Time.GetUtcNow(), relay), loop: null);
        await WriteAsync(worker, step);
        return await step.Marked ? Time.GetUtcNow() : null;
    }

    /// <summary>As the worker got it that holds the row.</summary>
    public async Task<Claim> ClaimOfAsync(int reader)
    {
        var row = await RowAsync(reader);
        return new(KeyOf(Readers[reader]), "", Newsletter.Id, Readers[reader].Address, Readers[reader].AddressKey, 1, row.Attempts, row.ClaimedAt ?? default);
    }

    public LedgerKey KeyOf(Subscriber reader) => new(LedgerKind.Delivery, Issue.Id, reader.Id);

    public Task<DeliveryState> StateAsync(int reader = 0) => Database.StateAsync(Issue.Id, Readers[reader].Id);

    public async Task<Delivery> RowAsync(int reader = 0)
    {
        await using var context = Database.NewContext();
        return await context.Deliveries.AsNoTracking().SingleAsync(d => d.IssueId == Issue.Id && d.SubscriberId == Readers[reader].Id);
    }

    public async Task<Issue> IssueAsync()
    {
        await using var context = Database.NewContext();
        return await context.Issues.AsNoTracking().SingleAsync(i => i.Id == Issue.Id);
    }

    public async Task<IReadOnlyList<string>> OpenAlertsAsync()
    {
        await using var context = Database.NewContext();
        return await context.Alerts.AsNoTracking().Where(a => a.ClearedAt == null).Select(a => a.Kind).ToListAsync();
    }

    public async Task ScheduleAsync(Func<WeeklySchedule, WeeklySchedule> change)
    {
        await using var context = Database.NewContext();
        context.Update(Newsletter).Entity.Schedule = change(Newsletter.Schedule);
        await context.SaveChangesAsync();
    }

    public async Task PolicyAsync(Func<IssuePolicy, IssuePolicy> change)
    {
        await using var context = Database.NewContext();
        context.Update(Newsletter).Entity.Policy = change(Newsletter.Policy);
        await context.SaveChangesAsync();
    }

    /// <summary>Time passes for limits, which go by PostgreSQL's clock and by no worker's.</summary>
    public Task PassForLimitsAsync(TimeSpan time) =>
        Database.ExecuteAsync("update digest.send_budgets set refilled_at = refilled_at - $1", time);

    public Task UnsubscribeAsync(int reader) => Database.ExecuteAsync(
        "update digest.subscribers set state = 'unsubscribed', unsubscribed_at = $2 where id = $1", Readers[reader].Id, Time.GetUtcNow());

    /// <returns>Whether the row was still the worker's.</returns>
    public async Task<bool> SettleAsync(Claim claim, Guid worker, Try attempt, string relay = Relays.Main)
    {
        var settlement = new SettlementRules(Get<BackOff>(), new PolicyRefusals()).Of(claim, attempt.Outcome);
        var step = new LedgerStep(new Settling(claim, attempt, settlement, relay), beginning: null, loop: null);
        await WriteAsync(worker, step);
        return await step.Settled;
    }

    private async Task WriteAsync(Guid worker, LedgerStep step)
    {
        await using var connection = new LedgerConnection(Get<LedgerWrite>(), WireLoop.Next());
        _ = await connection.WriteAsync(worker, [step], mayWait: false) || await connection.WriteAsync(worker, [step], mayWait: true);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var provider in providers)
        {
            await provider.DisposeAsync();
        }

        await Database.DisposeAsync();
    }
}
