namespace Digest.Web.Pages.Admin;

/// <summary>Who did what, by ids: no address is logged.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "An operator signed in.")]
    public static partial void SignedIn(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A sign-in was refused.")]
    public static partial void SignInRefused(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "Operator {OperatorId} did '{Action}' to issue {IssueId}.")]
    public static partial void IssueAction(ILogger logger, string? operatorId, string action, long issueId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Operator {OperatorId} did '{Action}' {DraftId}.")]
    public static partial void DraftAction(ILogger logger, string? operatorId, string action, long draftId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Operator {OperatorId} cleared alert {AlertId}.")]
    public static partial void AlertCleared(ILogger logger, string? operatorId, long alertId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Operator {OperatorId} marked {Count} takes as seen.")]
    public static partial void TakesSeen(ILogger logger, string? operatorId, int count);
}
