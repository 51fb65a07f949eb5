using Microsoft.Extensions.Logging;

namespace Digest.Schedule;

public sealed partial class RunWeek
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Issue {IssueId} of week {Week:yyyy-MM-dd} is queued: {Queued} of {Candidates} candidates.")]
    private partial void LogQueued(long issueId, DateOnly week, int queued, int candidates);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Issue {IssueId} of week {Week:yyyy-MM-dd} could not be queued: {Why}")]
    private partial void LogRefused(long issueId, DateOnly week, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Issue {IssueId} of week {Week:yyyy-MM-dd} is missed: its send came too late.")]
    private partial void LogMissed(long issueId, DateOnly week);
}
