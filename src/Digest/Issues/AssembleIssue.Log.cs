using Microsoft.Extensions.Logging;

namespace Digest.Issues;

public sealed partial class AssembleIssue
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Issue {IssueId} of week {Week:yyyy-MM-dd} holds {Stories} stories; {LeftOut} did not fit.")]
    private partial void LogAssembled(long issueId, DateOnly week, int stories, int leftOut);

    [LoggerMessage(Level = LogLevel.Information, Message = "Issue {IssueId} of week {Week:yyyy-MM-dd} is skipped: its window holds no story.")]
    private partial void LogSkipped(long issueId, DateOnly week);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Issue {IssueId} of week {Week:yyyy-MM-dd} changed; its approval is revoked.")]
    private partial void LogApprovalRevoked(long issueId, DateOnly week);
}
