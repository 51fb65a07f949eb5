using System.Globalization;
using System.Linq.Expressions;
using Digest.Data;
using Digest.Newsletters;
using Hangfire;
using Hangfire.Storage;
using Microsoft.EntityFrameworkCore;

namespace Digest.Schedule;

/// <summary>Every recurring job, on one page. Hangfire is the alarm clock and nothing more (docs/decisions/0002).</summary>
public sealed class RecurringJobs(IRecurringJobManagerV2 manager, JobStorage storage, IDbContextFactory<DigestDbContext> contexts)
{
    /// <summary>What goes by the clock.</summary>
    public const string Queue = "schedule";

    /// <summary>What may take its time.</summary>
    public const string RehearsalQueue = "rehearsal";

    /// <summary>Jobs that belong to one newsletter begin with one of these; what follows is its slug.</summary>
    private static readonly string[] NewsletterPrefixes = ["assemble-", "rehearse-", "queue-", "catch-up-"];

    /// <summary>Registers the jobs of every newsletter as its schedule stands now, and removes those of newsletters that are gone.</summary>
    public async Task SyncAsync(CancellationToken cancellationToken)
    {
        Register("sync-schedule", "* * * * *", TimeZoneInfo.Utc, job => job.SyncScheduleAsync(CancellationToken.None));
        Register("poll-feeds", "*/3 * * * *", TimeZoneInfo.Utc, job => job.PollFeedsAsync(CancellationToken.None));
        Register("purge-unconfirmed", "42 * * * *", TimeZoneInfo.Utc, job => job.PurgeUnconfirmedAsync(CancellationToken.None));
        Register("drop-old-ledgers", "17 3 * * *", TimeZoneInfo.Utc, job => job.DropOldLedgersAsync(CancellationToken.None));
        Register("forget-take-addresses", "27 3 * * *", TimeZoneInfo.Utc, job => job.ForgetTakeAddressesAsync(CancellationToken.None));

        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var newsletters = await database.Newsletters.AsNoTracking().ToListAsync(cancellationToken);
        foreach (var newsletter in newsletters)
        {
            Register(newsletter);
        }

        RemoveAllBut(newsletters);
    }

    private void Register(Newsletter newsletter)
    {
        var (id, slug, zone, schedule) = (newsletter.Id, newsletter.Slug, newsletter.Zone, newsletter.Schedule);
        Register($"assemble-{slug}", Weekly(DayOfWeek.Sunday, schedule.AssembleAt), zone, job => job.AssembleAsync(id, CancellationToken.None));
        // Some minutes after the assembly, and again whenever the content changed since: RehearseWeek sees what there is to do.
        Register($"rehearse-{slug}", "8-58/10 * * * *", TimeZoneInfo.Utc, job => job.RehearseAsync(id, CancellationToken.None), RehearsalQueue);
        Register($"queue-{slug}", Weekly(DayOfWeek.Monday, schedule.SendAt), zone, job => job.QueueAsync(id, CancellationToken.None));
        // For an approval that came after the hour, and for a Monday on which the database or Hangfire itself was away.
        Register($"catch-up-{slug}", "5-55/10 * * * *", TimeZoneInfo.Utc, job => job.QueueAsync(id, CancellationToken.None));
    }

    /// <remarks>
    /// Relaxed: after a downtime a job fires once, for now; which week that means and whether it is too late is our rule.
    /// Ignorable would drop a Monday after half a minute, Strict would fire once for every week missed.
    /// </remarks>
    private void Register(string id, string cron, TimeZoneInfo zone, Expression<Func<ScheduledJobs, Task>> run, string queue = Queue) =>
        manager.AddOrUpdate(id, queue, run, cron, new RecurringJobOptions { TimeZone = zone, MisfireHandling = MisfireHandlingMode.Relaxed });

    private static string Weekly(DayOfWeek day, TimeOnly time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.Minute} {time.Hour} * * {(int)day}");

    private void RemoveAllBut(List<Newsletter> newsletters)
    {
        var wanted = newsletters.SelectMany(newsletter => NewsletterPrefixes.Select(prefix => prefix + newsletter.Slug)).ToHashSet();
        using var connection = storage.GetConnection();
        var gone = connection.GetRecurringJobs().Select(job => job.Id)
            .Where(id => NewsletterPrefixes.Any(prefix => id.StartsWith(prefix, StringComparison.Ordinal)) && !wanted.Contains(id));
        foreach (var id in gone)
        {
            manager.RemoveIfExists(id);
        }
    }
}
