using Digest.Operators;
using Digest.Smtp;
using Microsoft.Extensions.Logging;

namespace Digest.Deliveries;

/// <summary>Tells the operator when a relay cannot be reached, and when it answers again.</summary>
public sealed class RelayWatch(string relay, AlertBook alerts, ILogger<RelayWatch> logger)
{
    public const string Unreachable = "relay-unreachable";

    private readonly string kind = relay == Relays.Main ? Unreachable : $"{Unreachable}:{relay}";

    private readonly string settings = relay == Relays.Main ? SmtpSettings.Section : $"{RelaySettings.Section}:{nameof(Relays)}:{relay}";

    /// <summary>An alert of an earlier process may be open: the first answer clears it.</summary>
    private int mayBeRaised = 1;

    /// <summary>Lets nothing that the database does change what the relay said.</summary>
    public async Task TellAsync(CircuitChange change, SmtpOutcome outcome)
    {
        try
        {
            if (change == CircuitChange.Opened)
            {
                Interlocked.Exchange(ref mayBeRaised, 1);
                logger.RelayUnreachable(relay, outcome.Stage, outcome.Code);
                await alerts.RaiseAsync(kind, null, null,
                    $"The relay {relay} cannot be reached; the last conversation ended at {outcome.Stage}: {outcome.Reply ?? "no reply"}",
                    $"Look at the relay and at {settings} (host, port, login, certificate); mail waits and goes out by itself when it answers.",
                    CancellationToken.None);
            }
            else if (change == CircuitChange.Held)
            {
                logger.RelayHolds(relay, outcome.Code, outcome.EnhancedCode);
            }
            else if (change == CircuitChange.Slowed)
            {
                logger.RelaySlows(relay, outcome.Code, outcome.EnhancedCode);
            }
            else if (RelayCircuit.IsAnswer(outcome) && Volatile.Read(ref mayBeRaised) == 1)
            {
                await alerts.ClearAsync(kind, null, null, CancellationToken.None);
                Interlocked.Exchange(ref mayBeRaised, 0);
            }
        }
        catch (Exception error)
        {
            // The outcome of a message is in the caller's hands, and must not be lost over an alert.
            logger.AlertFailed(error);
        }
    }
}
