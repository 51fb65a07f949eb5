using MailKit.Net.Smtp;

namespace Digest.Smtp;

/// <summary>
/// One message's conversation, which knows at every instant how far it has come: a loss says by itself nothing of whether
/// the final dot was sent; the stage does.
/// </summary>
internal sealed class SmtpTransaction(SmtpConnection connection, WireMail mail, Task<bool> mark, Func<WireMail?> following)
{
    private const int GoOn = 354;

    /// <summary>
    /// Up to this many bytes a message that is marked by now goes out together with its dot, one write and one wake-up of the
    /// server. A longer one fills the socket's buffers, and a loss meanwhile would be taken for one after the dot.
    /// </summary>
    private const int LongestInOne = 64 * 1024;

    private readonly WireMessage message = mail.Message;

    private SmtpStage stage = SmtpStage.Mail;

    /// <summary>A mark that failed is none, whatever it failed of; its exception is its owner's to judge.</summary>
    private bool IsMarked => mark is { IsCompletedSuccessfully: true, Result: true };

    /// <param name="isAnnounced">The commands were sent along with the dot before.</param>
    public async Task<SmtpOutcome> RunAsync(bool isAnnounced)
    {
        // RFC 1870 section 6.
        if (connection.MaxSize > 0 && message.Size > connection.MaxSize)
        {
            return SmtpOutcomes.OurFault(stage, $"The message has {message.Size} bytes and the relay takes at most {connection.MaxSize}.");
        }

        try
        {
            return (isAnnounced ? await HearAsync() : await AskAsync()) ?? await HandOverAsync();
        }
        catch (Exception exception) when (LostConnection.IsOne(exception))
        {
            return SmtpOutcomes.WithoutReply(stage, LostConnection.Describe(exception));
        }
    }

    private async Task<SmtpOutcome?> AskAsync()
    {
        var commands = EnvelopeCommands.Of(mail, connection.Capabilities);
        if (!connection.Capabilities.HasFlag(SmtpCapabilities.Pipelining))
        {
            return await AskInTurnAsync(commands);
        }

        // RFC 2920 section 3.1: all three in one write, DATA last, every reply read: two round trips a message instead of four.
        await connection.WriteAsync(string.Concat(commands));
        return await HearAsync();
    }

    /// <summary>
    /// The replies to commands that were sent together. The first refusal is the outcome. A server that asks for the content all
    /// the same gets none of it, not even an empty message: the connection is given up.
    /// </summary>
    private async Task<SmtpOutcome?> HearAsync()
    {
        SmtpOutcome? refusal = null;
        for (var asked = SmtpStage.Mail; asked <= SmtpStage.Data; asked++)
        {
            if (refusal is null)
            {
                stage = asked;
                refusal = Refusal(await connection.ReadReplyAsync());
            }
            else if (await IsAskedForContentAsync())
            {
                connection.Abort();
                return refusal;
            }
        }

        return refusal is null ? null : await ResetAfterAsync(refusal);
    }

    /// <returns>Whether the next reply, after a refusal, is a 354; a lost connection changes nothing any more.</returns>
    private async Task<bool> IsAskedForContentAsync()
    {
        try
        {
            return (int)(await connection.ReadReplyAsync()).StatusCode == GoOn;
        }
        catch (Exception exception) when (LostConnection.IsOne(exception))
        {
            return true;
        }
    }

    private async Task<SmtpOutcome?> AskInTurnAsync(string[] commands)
    {
        for (stage = SmtpStage.Mail; ; stage++)
        {
            await connection.WriteAsync(commands[stage - SmtpStage.Mail]);
            if (Refusal(await connection.ReadReplyAsync()) is { } refusal)
            {
                return await ResetAfterAsync(refusal);
            }

            if (stage == SmtpStage.Data)
            {
                return null;
            }
        }
    }

    private SmtpOutcome? Refusal(SmtpResponse reply)
    {
        var code = (int)reply.StatusCode;
        var isTaken = stage == SmtpStage.Data ? code == GoOn : code is >= 200 and < 300;
        return isTaken ? null : SmtpOutcomes.Of(stage, code, reply.Response);
    }

    private async Task<SmtpOutcome> HandOverAsync()
    {
        stage = SmtpStage.Body;
        // The server reads the text while the mark is on its way to the disk.
        var textFirst = !mark.IsCompleted || (message.Size > LongestInOne && IsMarked);
        if (textFirst)
        {
            await connection.WriteAsync(message.Bytes);
        }

        await ((Task)mark).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!IsMarked)
        {
            return Withdrawn();
        }

        return await FinishAsync(withText: !textFirst);
    }

    private SmtpOutcome Withdrawn()
    {
        connection.Abort();
        return SmtpOutcomes.Withdrawn(stage);
    }

    private async Task<SmtpOutcome> FinishAsync(bool withText)
    {
        // The last instant at which the message can be withdrawn: a server that has left gets no dot, so there is no doubt. After
        // its 354 nothing may be unread but an end: of the socket, of TLS, or a 421.
        if (connection.HasUnreadEnd)
        {
            throw new IOException("The server closed the connection before the final dot.");
        }

        var ending = message.Ending(withText, connection.Announce(following()));
        stage = SmtpStage.Reply;
        await connection.WriteAsync(ending);
        var reply = await connection.ReadReplyAsync();
        var outcome = SmtpOutcomes.Of(stage, (int)reply.StatusCode, reply.Response);
        // A MAIL that is under way makes a clean start as RSET does, which may not follow its DATA.
        return outcome.Verdict == SmtpVerdict.Accepted || connection.Announced is not null ? outcome : await ResetAfterAsync(outcome);
    }

    /// <summary>After a refusal the same connection goes on with the next message, from a clean start.</summary>
    private async Task<SmtpOutcome> ResetAfterAsync(SmtpOutcome refusal)
    {
        // What is out of step or told to leave is not spoken to again.
        if (refusal.Verdict is SmtpVerdict.NotSent or SmtpVerdict.InDoubt)
        {
            return refusal;
        }

        try
        {
            await connection.WriteAsync(EnvelopeCommands.Reset);
            if ((await connection.ReadReplyAsync()).StatusCode != SmtpStatusCode.Ok)
            {
                connection.Abort();
            }
        }
        catch (Exception exception) when (LostConnection.IsOne(exception))
        {
            connection.Abort();
        }

        return refusal;
    }
}
