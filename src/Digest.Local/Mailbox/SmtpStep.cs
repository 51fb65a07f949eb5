namespace Digest.Local.Mailbox;

/// <summary>Where in a conversation a rule acts.</summary>
public enum SmtpStep
{
    /// <summary>Before the banner.</summary>
    Connect,
    Ehlo,
    StartTls,

    /// <summary>The credentials have arrived, the reply is not written.</summary>
    Auth,
    Mail,
    Recipient,
    Data,

    /// <summary>Bytes of the body have arrived, the final dot has not.</summary>
    Body,

    /// <summary>The final dot has arrived, the reply is not written.</summary>
    Dot,

    /// <summary>The reply to the final dot is written, the next command has not been read.</summary>
    AfterDot,
    Reset,
    Noop,
    Quit,
}

/// <summary>What the rule sees of the conversation.</summary>
/// <param name="Line">The command as received, without its line end; without secrets at <see cref="SmtpStep.Auth"/>.</param>
/// <param name="Recipient">The current recipient, where there is one.</param>
/// <param name="Connection">From 1, in order of connecting.</param>
/// <param name="Message">From 1 within the connection: which transaction this is.</param>
public sealed record SmtpMoment(string Line, string? ReturnPath, string? Recipient, int Connection, int Message);
