using Digest.Data;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Smtp;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Demo;

/// <summary>The demo's Monday: assembles the current week, approves it, queues it at once, and watches it go out.</summary>
internal sealed class DemoIssue(IServiceProvider services, Newsletter newsletter, DemoProgress progress)
{
    public async Task<Issue> AssembleAndQueueAsync(CancellationToken cancellationToken)
    {
        var week = NewsletterCalendar.Of(newsletter).Current(TimeProvider.System.GetUtcNow());
        progress.Say($"assembling the issue of {week}");
        var issue = await services.GetRequiredService<AssembleIssue>().RunAsync(newsletter.Id, week, cancellationToken);
        if (issue.State == IssueState.Skipped)
        {
            throw new VerbException($"The week {week} has no stories, so there is nothing to send; run with --fresh to load the samples anew.");
        }

        if (issue.State is IssueState.Assembled or IssueState.Missed)
        {
            await services.GetRequiredService<ApproveIssue>().RunAsync(issue.Id, "demo", seenHash: null, cancellationToken);
        }

        if (issue.QueuedAt is null)
        {
            var queued = await services.GetRequiredService<QueueIssue>().RunAsync(issue.Id, byHand: true, cancellationToken);
            progress.Say($"queued {queued.Queued} deliveries of {queued.Candidates} candidates");
        }
        else
        {
            progress.Say("this week's issue is queued already; --fresh starts over");
        }

        return issue;
    }

    /// <summary>Until nothing is waiting for its first try: a deferred delivery may take hours.</summary>
    public async Task<Progress> WatchAsync(long issueId, CancellationToken cancellationToken)
    {
        var reader = services.GetRequiredService<IssueProgress>();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var said = -1;
        while (true)
        {
            var now = await reader.ReadAsync(issueId, cancellationToken);
            var waiting = now.Count(DeliveryState.Queued) + now.Count(DeliveryState.Claimed);
            if (waiting > 0 && await IsPausedAsync(issueId, cancellationToken))
            {
                progress.Say("the issue is paused; resume it on /admin");
                return now;
            }

            if (waiting == 0)
            {
                progress.Say($"accepted {now.Count(DeliveryState.Accepted)} of {now.Queued}");
                return now;
            }

            var tenths = (now.Queued - waiting) * 10 / now.Queued;
            if (tenths > said)
            {
                progress.Say($"sending: {now.Queued - waiting} of {now.Queued}");
                said = tenths;
            }

            await tick.WaitForNextTickAsync(cancellationToken);
        }
    }

    private async Task<bool> IsPausedAsync(long issueId, CancellationToken cancellationToken)
    {
        await using var database = await services.GetRequiredService<IDbContextFactory<DigestDbContext>>().CreateDbContextAsync(cancellationToken);
        return await database.Issues.AnyAsync(issue => issue.Id == issueId && issue.State == IssueState.Paused, cancellationToken);
    }
}
