using Digest.Data;
using Digest.Rendering;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Digest.Issues;

/// <summary>Binds an issue to the hash of its frozen content: other content is never sent.</summary>
public sealed partial class ApproveIssue(IDbContextFactory<DigestDbContext> contexts, TimeProvider time, ILogger<ApproveIssue> logger)
{
    /// <summary>Who approves when nobody did and the newsletter's policy says send.</summary>
    public const string Policy = "policy";

    /// <param name="issueId">The issue.</param>
    /// <param name="approvedBy">An operator's name, or <see cref="Policy"/>, which approves nothing with a preflight error or that no reader could get.</param>
    /// <param name="seenHash">Hash of what the operator looked at, when known; a different frozen hash is refused.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    /// <exception cref="RefusedException">
    /// The issue cannot be approved in its state or by the policy, or changed since it was looked at.
    /// </exception>
    public async Task RunAsync(long issueId, string approvedBy, byte[]? seenHash, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var issue = await database.LockIssueAsync(issueId, cancellationToken);
        RefuseByState(issue);
        RefuseWithErrors(issue, approvedBy);
        var hash = await FrozenHashAsync(database, issue, seenHash, cancellationToken);
        await RefuseFailedAsync(database, issue, approvedBy, hash, cancellationToken);
        if (issue.ApprovedHash is { } approved && approved.AsSpan().SequenceEqual(hash))
        {
            return;
        }

        (issue.ApprovedAt, issue.ApprovedBy, issue.ApprovedHash) = (time.GetUtcNow(), approvedBy, hash);
        // An approval does not make a missed send punctual: only an operator's queueing sends it.
        issue.State = issue.State == IssueState.Missed ? IssueState.Missed : IssueState.Approved;
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogApproved(issue.Id, issue.Week);
    }

    private static void RefuseByState(Issue issue)
    {
        var reason = issue.State switch
        {
            IssueState.Skipped => "is skipped: there is nothing to approve; import its stories and assemble it again",
            IssueState.Cancelled => "was cancelled",
            IssueState.Sending or IssueState.Paused or IssueState.Sent => "is already queued, and cannot be approved any more",
            _ => issue.QueuedAt is null ? null : "is already queued, and cannot be approved any more",
        };
        if (reason is not null)
        {
            throw new RefusedException($"{issue.Title()} {reason}.");
        }
    }

    /// <summary>An operator may: they saw the errors where they approve.</summary>
    private static void RefuseWithErrors(Issue issue, string approvedBy)
    {
        if (approvedBy == Policy && issue.Errors is [var first, ..] errors)
        {
            throw new RefusedException($"{issue.Title()} has {(errors.Count == 1 ? "a preflight error" : $"{errors.Count} preflight errors")}, "
                + $"so the policy does not approve it: {first.Finding}");
        }
    }

    private static async Task<byte[]> FrozenHashAsync(
        DigestDbContext database, Issue issue, byte[]? seenHash, CancellationToken cancellationToken)
    {
        var contents = await database.IssueContents.AsNoTracking().Where(frozen => frozen.IssueId == issue.Id).ToListAsync(cancellationToken);
        // The bytes themselves are bound, not a column beside them.
        if (ContentHash.Of(contents) is not { } hash || !contents.TrueForAll(ContentHash.IsWhole))
        {
            throw new RefusedException($"The content of week {issue.Week:yyyy-MM-dd} does not match its hash: it was changed after it was "
                + "frozen; assemble it again and look at it.");
        }

        if (seenHash is not null && !seenHash.AsSpan().SequenceEqual(hash))
        {
            throw new RefusedException($"{issue.Title()} changed since it was looked at; look at it again, then approve.");
        }

        return hash;
    }

    /// <summary>What could be written to nobody in the rehearsal would fail for everybody on Monday.</summary>
    private static async Task RefuseFailedAsync(
        DigestDbContext database, Issue issue, string approvedBy, byte[] hash, CancellationToken cancellationToken)
    {
        var last = approvedBy != Policy ? null : await database.Rehearsals.AsNoTracking()
            .Where(rehearsal => rehearsal.IssueId == issue.Id && rehearsal.ContentHash == hash)
            .OrderByDescending(rehearsal => rehearsal.At).FirstOrDefaultAsync(cancellationToken);
        if (last is { FailedForAll: true })
        {
            throw new RefusedException($"{issue.Title()} failed for {(last.Failed == 1 ? "its only reader" : $"all {last.Failed} readers")} in its last rehearsal, "
                + $"so the policy does not approve it: {(last.Failures is [var first, ..] ? first : "no reason was recorded.")} "
                + "It is rehearsed again every ten minutes, or at once by `digest rehearse`.");
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Issue {IssueId} of week {Week:yyyy-MM-dd} is approved.")]
    private partial void LogApproved(long issueId, DateOnly week);
}
