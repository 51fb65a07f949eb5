using System.Collections.Concurrent;
using Digest.Operators;
using Digest.Smtp;
using Microsoft.Extensions.Logging;

namespace Digest.Deliveries;

/// <summary>Tells the operator that the relay refuses us, or that we have nothing we may send: never the reader's fault.</summary>
public sealed class RunPause(AlertBook alerts, ILogger<RunPause> logger)
{
    public const string Alert = "run-paused";

    /// <summary>Newsletters whose notices are known to go out; an alert of an earlier process may be open for the others.</summary>
    private readonly ConcurrentDictionary<long, bool> noticesGoOut = [];

    /// <summary>One sentence; a fault found before the relay was asked already says all.</summary>
    public static string ReasonOf(SmtpOutcome outcome) => outcome is { Code: null, Reply: { } sentence }
        ? sentence
        : $"The relay refused us, not a reader, at {outcome.Stage}: {outcome.Code} {outcome.Reply}".TrimEnd();

    public async Task TellAsync(Claim claim, SmtpOutcome outcome)
    {
        logger.RunPaused(claim.Key, outcome.Code, outcome.EnhancedCode);
        var isIssue = claim.Key.Kind == LedgerKind.Delivery;
        noticesGoOut.TryRemove(claim.NewsletterId, out _);
        await alerts.RaiseAsync(
            Alert,
            claim.NewsletterId,
            isIssue ? claim.Key.Id : null,
            ReasonOf(outcome),
            isIssue
                ? "Mend the cause, then resume the issue; nothing was lost and nobody was suppressed."
                : "Mend the cause; the notices wait and are tried again by themselves.",
            CancellationToken.None);
    }

    /// <summary>An operator resumes an issue; notices go on by themselves, and the first that is accepted takes back the alert.</summary>
    public async Task AcceptedAsync(Claim claim)
    {
        if (claim.Key.Kind == LedgerKind.Notice && noticesGoOut.TryAdd(claim.NewsletterId, true))
        {
            await alerts.ClearAsync(Alert, claim.NewsletterId, null, CancellationToken.None);
        }
    }
}
