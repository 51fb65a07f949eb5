using Digest.Issues;
using Digest.Settings;

namespace Digest.Cli.Verbs;

/// <summary>What an operator may do with an issue in its state: the way out of a refusal.</summary>
internal static class NextStep
{
    /// <summary>Does what was asked; a refusal that names no verb is told with those that the issue's state leaves.</summary>
    /// <exception cref="VerbException">It was refused.</exception>
    public static async Task<T> OrSayAsync<T>(WeekIssue found, Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (RefusedException refused)
        {
            throw new VerbException(found.Complete(
                refused.Message.Contains('`', StringComparison.Ordinal) ? refused.Message : $"{refused.Message} {Of(found.Issue.State)}"));
        }
    }

    private static string Of(IssueState state) => state switch
    {
        IssueState.Assembled => "`digest approve` approves it; `digest cancel` withdraws it.",
        IssueState.Approved => "It waits for its hour; `digest queue` sends it now, `digest cancel` withdraws it.",
        IssueState.Sending => "`digest progress` says how far it is; `digest pause` holds it, `digest cancel` withdraws it.",
        IssueState.Paused => "`digest resume` goes on with it; `digest cancel` withdraws it.",
        IssueState.Sent => "`digest progress` says what became of it; `digest stories correct` tells of a mistake.",
        IssueState.Skipped => "Import stories of its week, and `digest assemble` fills it.",
        IssueState.Missed => "`digest queue` sends it late; `digest cancel` withdraws it.",
        IssueState.Cancelled => "There is no way back; `digest stories list` says what became of its stories.",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
