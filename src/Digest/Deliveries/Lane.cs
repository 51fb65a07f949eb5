using Digest.Settings;
using Digest.Smtp;
using Microsoft.Extensions.Logging;

namespace Digest.Deliveries;

/// <summary>One try at one claim.</summary>
/// <param name="BegunAt">Its mark, or none when it ended before.</param>
public sealed record Try(DateTimeOffset? BegunAt, SmtpOutcome Outcome);

/// <summary>
/// One kept connection and what it works through, a claim at a time: compose, begin, send, settle. Composing comes before
/// the mark, so that between the mark and its settling there is nothing but the conversation.
/// </summary>
public sealed class Lane(
    ClaimedMail claimedMail, BeginMessage begin, ReleaseClaims release, SettleTry settle, SmtpSessions sessions,
    RelayWatch relay, ILogger<Lane> logger)
{
    /// <param name="worker">Who holds the claims.</param>
    /// <param name="queue">Where they come from.</param>
    /// <param name="stopping">Nothing more is begun; what is begun gets its reply (checklist E8).</param>
    public async Task RunAsync(Guid worker, ClaimQueue queue, CancellationToken stopping)
    {
        await using var session = sessions.Create();
        while (await TakeAsync(queue, stopping) is { } claim)
        {
            try
            {
                await SendAsync(session, claim, worker, stopping);
            }
            catch (Exception error)
            {
                // Nothing that one message does ends its lane; the row is released at a stop or recovered after a crash.
                logger.LaneFailed(error, claim.Key);
            }
            finally
            {
                queue.Done();
            }
        }
    }

    private static async Task<Claim?> TakeAsync(ClaimQueue queue, CancellationToken stopping)
    {
        try
        {
            return await queue.TakeAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task SendAsync(SmtpSession session, Claim claim, Guid worker, CancellationToken stopping)
    {
        var mayTry = relay.MayTry && !stopping.IsCancellationRequested;
        if (mayTry && await TryAsync(session, claim, worker, stopping) is { } result)
        {
            await settle.RunAsync(claim, worker, result);
        }
        else
        {
            await release.OneAsync(claim.Key, worker, CancellationToken.None);
        }
    }

    /// <returns>The try, or none when it came to nothing: its begin was refused, or the worker stops.</returns>
    private async Task<Try?> TryAsync(SmtpSession session, Claim claim, Guid worker, CancellationToken stopping)
    {
        DateTimeOffset? begunAt = null;
        try
        {
            using var mail = await claimedMail.ComposeAsync(claim, CancellationToken.None);
            if (await session.OpenAsync(stopping) is { } closed)
            {
                // A message is not begun before a closed door: nothing of it can be in doubt while the relay is away.
                return stopping.IsCancellationRequested ? null : new Try(BegunAt: null, await relay.RecordAsync(closed));
            }

            begunAt = await begin.RunAsync(claim.Key, worker, CancellationToken.None);
            if (begunAt is null)
            {
                return null;
            }

            var outcome = await session.SendAsync(mail.Message, mail.ReturnPath, claim.Address, Task.FromResult(true), stopping);
            return new Try(begunAt, await relay.RecordAsync(outcome));
        }
        catch (Exception error)
        {
            logger.TryFailed(error, claim.Key);
            return new Try(begunAt, WithoutRelay(error, begun: begunAt is not null));
        }
    }

    /// <summary>
    /// Outcomes that no relay gave. When the database did not answer, the mark may stand; but that nothing was sent is known.
    /// </summary>
    private static SmtpOutcome WithoutRelay(Exception error, bool begun) => error switch
    {
        // Sentences, as the operator reads them in the search and in the alert.
        RefusedException => new(SmtpVerdict.Rejected, SmtpStage.Connect, Reply: "Not sent: the address cannot be written in a message."),
        _ when DatabaseAway.IsOne(error) => new(SmtpVerdict.NotSent, SmtpStage.Connect, Reply: "Not sent: the database did not answer."),
        OperationCanceledException => new(SmtpVerdict.NotSent, SmtpStage.Connect, Reply: "Not sent: the worker stopped."),
        _ when begun => new(SmtpVerdict.InDoubt, SmtpStage.Reply),
        _ => new(SmtpVerdict.OurFault, SmtpStage.Connect, Reply: error.Message),
    };
}
