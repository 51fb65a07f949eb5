using Digest.Smtp;

namespace Digest.Deliveries;

/// <summary>
/// Tells a relay that refuses everybody by policy (5.7.x: authentication, reputation) from one recipient's filter: so many
/// refusals in a row, over all lanes of a worker, are ours. Safe to share between threads.
/// </summary>
public sealed class PolicyRefusals
{
    private const int InARow = 5;

    private int row;

    /// <summary>A refusal by policy once a recipient was named; before that, or with 530 (authenticate first), it can only be us.</summary>
    public static bool MayBeTheRecipients(SmtpOutcome outcome) =>
        outcome is { Verdict: SmtpVerdict.OurFault, Stage: >= SmtpStage.Recipient, Code: not 530, EnhancedCode: { } enhanced }
        && enhanced[1..].StartsWith(".7.", StringComparison.Ordinal);

    /// <returns>Whether this outcome makes it everybody.</returns>
    public bool Record(SmtpOutcome outcome)
    {
        if (MayBeTheRecipients(outcome))
        {
            return Interlocked.Increment(ref row) >= InARow;
        }

        if (outcome.Code is not null && outcome.Stage >= SmtpStage.Recipient)
        {
            Interlocked.Exchange(ref row, 0);
        }

        return false;
    }
}
