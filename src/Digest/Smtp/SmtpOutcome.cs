namespace Digest.Smtp;

/// <summary>What one try at one message came to, decided by stage and reply code, never by exception text.</summary>
/// <param name="Verdict">What the ledger does with it.</param>
/// <param name="Stage">Where the conversation stood.</param>
/// <param name="Code">Three digits of the reply, or none when there was no reply.</param>
/// <param name="EnhancedCode">RFC 3463 status of the reply text, or none.</param>
/// <param name="Reply">
/// Reply text with mailbox addresses removed, at most 500 characters; carries the queue id of an acceptance. When there was
/// no reply, one sentence on what happened instead.
/// </param>
public sealed record SmtpOutcome(SmtpVerdict Verdict, SmtpStage Stage, int? Code = null, string? EnhancedCode = null, string? Reply = null);

public enum SmtpVerdict
{
    /// <summary>2yz to the final dot.</summary>
    Accepted,

    /// <summary>4yz for this recipient or message: try again later, a try is charged.</summary>
    Deferred,

    /// <summary>5yz for this recipient or message: final.</summary>
    Rejected,

    /// <summary>The mailbox does not exist (5.1.1 and kin): final, and the address is suppressed.</summary>
    NoSuchMailbox,

    /// <summary>The connection was lost, refused, or closed by 421 before the final dot, or we withdrew the message: nothing was accepted, no try is charged.</summary>
    NotSent,

    /// <summary>5.7.x, 5yz at AUTH or MAIL, missing TLS, too large: our fault. The row stays queued and the run pauses.</summary>
    OurFault,

    /// <summary>The final dot was sent and no reply was read.</summary>
    InDoubt,
}

/// <summary>Stored as its snake_case name.</summary>
public enum SmtpStage
{
    Connect,
    Mail,
    Recipient,
    Data,

    /// <summary>Bytes of the message are on the wire, the final dot is not.</summary>
    Body,

    /// <summary>The final dot was sent.</summary>
    Reply,
}
