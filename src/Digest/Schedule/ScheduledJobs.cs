using Digest.Deliveries;
using Digest.Feedback;
using Digest.Stories.Feeds;
using Digest.Subscribers;
using Hangfire;

namespace Digest.Schedule;

/// <summary>
/// What Hangfire runs: shells around idempotent use cases. Arguments are ids only, for Hangfire stores and shows them;
/// retries are few and written out, for its own default is ten.
/// </summary>
public sealed class ScheduledJobs(
    RunWeek weeks,
    RehearseWeek rehearsals,
    PollFeeds feeds,
    PurgeUnconfirmed purge,
    DropOldLedgers ledgers,
    ForgetTakeAddresses takes,
    RecurringJobs recurring)
{
    [AutomaticRetry(Attempts = 3)]
    [JobDisplayName("Assemble the week of newsletter {0}")]
    public Task AssembleAsync(long newsletterId, CancellationToken cancellationToken) => weeks.AssembleAsync(newsletterId, cancellationToken);

    /// <summary>Runs every ten minutes: the next run is its retry.</summary>
    [AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)]
    [JobDisplayName("Rehearse what waits of newsletter {0}")]
    public Task RehearseAsync(long newsletterId, CancellationToken cancellationToken) => rehearsals.RunAsync(newsletterId, cancellationToken);

    [AutomaticRetry(Attempts = 3)]
    [JobDisplayName("Queue what is due of newsletter {0}")]
    public Task QueueAsync(long newsletterId, CancellationToken cancellationToken) => weeks.QueueAsync(newsletterId, cancellationToken);

    /// <summary>Runs every few minutes: the next run is its retry.</summary>
    [AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)]
    [JobDisplayName("Ask the feeds that are due")]
    public Task PollFeedsAsync(CancellationToken cancellationToken) => feeds.RunAsync(cancellationToken);

    [AutomaticRetry(Attempts = 3)]
    [JobDisplayName("Forget sign-ups that nobody confirmed")]
    public Task PurgeUnconfirmedAsync(CancellationToken cancellationToken) => purge.RunAsync(cancellationToken);

    [AutomaticRetry(Attempts = 3)]
    [JobDisplayName("Drop the rows of issues that ended long ago")]
    public Task DropOldLedgersAsync(CancellationToken cancellationToken) => ledgers.RunAsync(cancellationToken);

    [AutomaticRetry(Attempts = 3)]
    [JobDisplayName("Forget the addresses of old takes")]
    public Task ForgetTakeAddressesAsync(CancellationToken cancellationToken) => takes.RunAsync(cancellationToken);

    /// <summary>Runs every minute: the next run is its retry.</summary>
    [AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)]
    [JobDisplayName("Follow the newsletters' schedules")]
    public Task SyncScheduleAsync(CancellationToken cancellationToken) => recurring.SyncAsync(cancellationToken);
}
