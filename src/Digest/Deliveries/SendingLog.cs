using Digest.Smtp;
using Microsoft.Extensions.Logging;

namespace Digest.Deliveries;

/// <summary>What the sender logs. Rows are named by their ids; an address, a token or a reply is never logged.</summary>
internal static partial class SendingLog
{
    [LoggerMessage(100, LogLevel.Information, "Worker {Worker} sends over {Lanes} lanes.")]
    public static partial void WorkerStarted(this ILogger logger, Guid worker, int lanes);

    [LoggerMessage(101, LogLevel.Information, "Worker {Worker} stopped and gave back {Released} claims.")]
    public static partial void WorkerStopped(this ILogger logger, Guid worker, int released);

    [LoggerMessage(102, LogLevel.Warning, "Worker {Worker} could not record its stop; its claims are recovered when its heartbeat lapses.")]
    public static partial void StopNotRecorded(this ILogger logger, Exception error, Guid worker);

    [LoggerMessage(103, LogLevel.Warning, "The heartbeat failed; it is tried again.")]
    public static partial void BeatFailed(this ILogger logger, Exception error);

    [LoggerMessage(104, LogLevel.Warning, "Took back {Recovered} claims of lapsed workers; {InDoubt} of them are in doubt.")]
    public static partial void ClaimsRecovered(this ILogger logger, int recovered, int inDoubt);

    [LoggerMessage(105, LogLevel.Warning, "Lost the connection that listens for due rows; polling goes on.")]
    public static partial void ListeningLost(this ILogger logger, Exception error);

    [LoggerMessage(106, LogLevel.Warning, "Due rows could not be claimed; tried again at the next poll.")]
    public static partial void ClaimFailed(this ILogger logger, Exception error);

    [LoggerMessage(107, LogLevel.Information, "Issue {IssueId} is sent: every delivery is settled.")]
    public static partial void IssueSent(this ILogger logger, long issueId);

    [LoggerMessage(108, LogLevel.Information,
        "The canary of issue {IssueId} is well: of {Mails} mails {Deferred} deferred, {Rejected} rejected, {InDoubt} in doubt, {Complaints} complaints.")]
    public static partial void CanaryReleased(
        this ILogger logger, long issueId, int mails, int deferred, int rejected, int inDoubt, int complaints);

    [LoggerMessage(109, LogLevel.Error,
        "The canary of issue {IssueId} fared badly: of {Mails} mails {Deferred} deferred, {Rejected} rejected, {InDoubt} in doubt, {Complaints} complaints.")]
    public static partial void CanaryFailed(
        this ILogger logger, long issueId, int mails, int deferred, int rejected, int inDoubt, int complaints);

    [LoggerMessage(114, LogLevel.Warning, "The shares of relay connections are not known; they stay as they are until the next look.")]
    public static partial void SlotsUnknown(this ILogger logger, Exception error);

    [LoggerMessage(115, LogLevel.Warning, "This machine's clock is {Seconds:0.0} s ahead of the database's (behind when negative); the worker goes by the database's.")]
    public static partial void ClockOff(this ILogger logger, double seconds);

    [LoggerMessage(110, LogLevel.Error, "A lane could not finish with {Key}.")]
    public static partial void LaneFailed(this ILogger logger, Exception error, LedgerKey key);

    [LoggerMessage(111, LogLevel.Warning, "The try at {Key} ended without a word of the relay.")]
    public static partial void TryFailed(this ILogger logger, Exception error, LedgerKey key);

    [LoggerMessage(112, LogLevel.Warning, "The database did not take {Steps} steps of the ledger; outcomes are written again.")]
    public static partial void CommitFailed(this ILogger logger, Exception error, int steps);

    [LoggerMessage(113, LogLevel.Warning, "The row {Key} was no longer ours when its outcome {Verdict} came.")]
    public static partial void SettledByOthers(this ILogger logger, LedgerKey key, SmtpVerdict verdict);

    [LoggerMessage(120, LogLevel.Error, "The relay refused the run at {Key}: {Code} {EnhancedCode}.")]
    public static partial void RunPaused(this ILogger logger, LedgerKey key, int? code, string? enhancedCode);

    [LoggerMessage(121, LogLevel.Error, "The relay {Relay} cannot be reached: the last conversation ended at {Stage} with {Code}.")]
    public static partial void RelayUnreachable(this ILogger logger, string relay, SmtpStage stage, int? code);

    [LoggerMessage(122, LogLevel.Warning, "The relay {Relay} asks to slow down with {Code} {EnhancedCode}: nothing is begun for ten minutes, then it gets one connection, then one more each minute.")]
    public static partial void RelayHolds(this ILogger logger, string relay, int? code, string? enhancedCode);

    [LoggerMessage(126, LogLevel.Warning, "That the relay {Relay} asks to slow down could not be written; other workers do not know of it.")]
    public static partial void HoldNotShared(this ILogger logger, Exception error, string relay);

    [LoggerMessage(124, LogLevel.Warning, "The relay {Relay} ended a session with {Code} {EnhancedCode}: it gets half the connections, then one more each minute.")]
    public static partial void RelaySlows(this ILogger logger, string relay, int? code, string? enhancedCode);

    [LoggerMessage(125, LogLevel.Information, "The relay {Relay} has had its share of this day, {Messages} messages; by its warm-up it gets more tomorrow.")]
    public static partial void SpentToday(this ILogger logger, string relay, double messages);

    [LoggerMessage(130, LogLevel.Information, "The rows of issue {IssueId} are dropped; their totals are kept.")]
    public static partial void LedgerDropped(this ILogger logger, long issueId);

    [LoggerMessage(131, LogLevel.Information, "The rows of issue {IssueId} are in use and are dropped by a later run.")]
    public static partial void LedgerBusy(this ILogger logger, long issueId);

    [LoggerMessage(123, LogLevel.Error, "An alert could not be written.")]
    public static partial void AlertFailed(this ILogger logger, Exception error);
}
