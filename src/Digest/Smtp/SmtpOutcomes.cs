namespace Digest.Smtp;

/// <summary>
/// The one table from what a server said, or did not say, to what the ledger does. The stage counts, then the three digits
/// (they decide between temporary and permanent, RFC 5321 section 4.2.1), then the enhanced code (RFC 3463).
/// </summary>
public static class SmtpOutcomes
{
    /// <summary>421 ends the session and says nothing of the recipient (RFC 5321 section 3.8).</summary>
    public const int SessionEnds = 421;

    /// <param name="stage">Which command the reply answers.</param>
    /// <param name="code">Three digits.</param>
    /// <param name="text">The rest of the reply.</param>
    public static SmtpOutcome Of(SmtpStage stage, int code, string text)
    {
        var enhanced = ReplyText.EnhancedCode(text);
        return new SmtpOutcome(VerdictOf(stage, code, enhanced), stage, code, enhanced, ReplyText.Redact(text));
    }

    /// <summary>The connection was lost, timed out or was given up: in doubt from the final dot on, harmless before it.</summary>
    public static SmtpOutcome WithoutReply(SmtpStage stage, string whatHappened) =>
        new(stage == SmtpStage.Reply ? SmtpVerdict.InDoubt : SmtpVerdict.NotSent, stage, Reply: ReplyText.Redact(whatHappened));

    /// <summary>We took the message back before its final dot: its mark was refused, or did not come.</summary>
    public static SmtpOutcome Withdrawn(SmtpStage stage) =>
        new(SmtpVerdict.NotSent, stage, Reply: "Withdrawn before the final dot.");

    /// <summary>Nothing will go out before somebody changes a setting, a certificate or the message.</summary>
    public static SmtpOutcome OurFault(SmtpStage stage, string whatHappened) =>
        new(SmtpVerdict.OurFault, stage, Reply: ReplyText.Redact(whatHappened));

    private static SmtpVerdict VerdictOf(SmtpStage stage, int code, string? enhanced) => (stage, code, Kind(enhanced)) switch
    {
        // Any 2yz to the final dot is acceptance, 251 included.
        (SmtpStage.Reply, >= 200 and < 300, _) => SmtpVerdict.Accepted,

        (_, SessionEnds, _) => SmtpVerdict.NotSent,

        // Banner and EHLO: the relay is not at our service now, whatever it calls that.
        (SmtpStage.Connect, _, _) => SmtpVerdict.NotSent,

        (_, >= 400 and < 500, _) => SmtpVerdict.Deferred,

        // MAIL names us, not the reader; 530 asks us to authenticate; the rest is our policy, sender, or size.
        (SmtpStage.Mail, >= 500 and < 600, _) => SmtpVerdict.OurFault,
        (_, 530, _) => SmtpVerdict.OurFault,
        (_, >= 500 and < 600, ReplyKind.Policy or ReplyKind.Sender or ReplyKind.MessageTooLarge) => SmtpVerdict.OurFault,
        (SmtpStage.Data or SmtpStage.Reply, 552, ReplyKind.Unsaid) => SmtpVerdict.OurFault,

        (_, >= 500 and < 600, ReplyKind.NoSuchMailbox) => SmtpVerdict.NoSuchMailbox,
        (_, >= 500 and < 600, _) => SmtpVerdict.Rejected,

        // Not a reply to what was asked: the conversation is out of step. The connection is not used again.
        (SmtpStage.Reply, _, _) => SmtpVerdict.InDoubt,
        _ => SmtpVerdict.NotSent,
    };

    private enum ReplyKind
    {
        Unsaid,
        NoSuchMailbox,
        Sender,
        MessageTooLarge,
        Policy,
        Other,
    }

    private static ReplyKind Kind(string? enhanced) => enhanced switch
    {
        null => ReplyKind.Unsaid,
        // Only these suppress an address, and only said in full: a 4.1.1 beside a 5yz is too unsure for that.
        "5.1.1" or "5.1.2" or "5.1.3" or "5.1.6" or "5.1.10" => ReplyKind.NoSuchMailbox,
        "5.1.7" or "5.1.8" or "4.1.7" or "4.1.8" => ReplyKind.Sender,
        "5.3.4" or "4.3.4" => ReplyKind.MessageTooLarge,
        // Security and policy, whichever class it came with: the digits have decided that already.
        _ when enhanced[1..].StartsWith(".7.", StringComparison.Ordinal) => ReplyKind.Policy,
        _ => ReplyKind.Other,
    };
}
