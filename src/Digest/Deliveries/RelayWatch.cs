using Digest.Operators;
using Digest.Smtp;
using Microsoft.Extensions.Logging;

namespace Digest.Deliveries;

/// <summary>The circuit of a worker's relay, with the operator told when it opens and when it closes.</summary>
public sealed class RelayWatch(RelayCircuit circuit, AlertBook alerts, ILogger<RelayWatch> logger)
{
    public const string Unreachable = "relay-unreachable";

    /// <summary>An alert of an earlier process may be open: the first answer clears it.</summary>
    private int mayBeRaised = 1;

    public bool MayTry => circuit.MayTry;

    /// <summary>Lets nothing that the database does change what the relay said.</summary>
    /// <returns>The same outcome.</returns>
    public async Task<SmtpOutcome> RecordAsync(SmtpOutcome outcome)
    {
        var change = circuit.Record(outcome);
        try
        {
            if (change == CircuitChange.Opened)
            {
                Interlocked.Exchange(ref mayBeRaised, 1);
                logger.RelayUnreachable(outcome.Stage, outcome.Code);
                await alerts.RaiseAsync(Unreachable, null, null,
                    $"The relay cannot be reached; the last conversation ended at {outcome.Stage}: {outcome.Reply ?? "no reply"}",
                    "Look at the relay and at Digest:Smtp (host, port, login, certificate); mail waits and goes out by itself when it answers.",
                    CancellationToken.None);
            }
            else if (change == CircuitChange.Held)
            {
                logger.RelayHolds(outcome.Code, outcome.EnhancedCode);
            }
            else if (RelayCircuit.IsAnswer(outcome) && Volatile.Read(ref mayBeRaised) == 1)
            {
                await alerts.ClearAsync(Unreachable, null, null, CancellationToken.None);
                Interlocked.Exchange(ref mayBeRaised, 0);
            }
        }
        catch (Exception error) when (DatabaseAway.IsOne(error))
        {
            logger.AlertFailed(error);
        }

        return outcome;
    }
}
