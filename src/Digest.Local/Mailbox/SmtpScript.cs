namespace Digest.Local.Mailbox;

/// <summary>Where in a conversation a rule acts.</summary>
public enum SmtpStep
{
    /// <summary>Before the banner.</summary>
    Connect,
    Ehlo,
    StartTls,
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
/// <param name="Line">The command as received, without its line end.</param>
/// <param name="Recipient">The current recipient, where there is one.</param>
/// <param name="Connection">From 1, in order of connecting.</param>
/// <param name="Message">From 1 within the connection: which transaction this is.</param>
public sealed record SmtpMoment(string Line, string? ReturnPath, string? Recipient, int Connection, int Message);

/// <summary>
/// Faults on demand: the first rule that matches a moment replaces the server's own reply. Rules may be added while it runs.
/// <code>server.Script.On(SmtpStep.Recipient, m => m.Recipient == "gone@example.com").Reply("550 5.1.1 no such user");</code>
/// </summary>
public sealed class SmtpScript
{
    public SmtpRule On(SmtpStep step, Func<SmtpMoment, bool>? when = null) => throw new NotImplementedException($"{step}{when}");

    public void Clear() => throw new NotImplementedException();
}

/// <summary>What happens at the moment, in the order in which it is written down; then the conversation goes on, unless closed.</summary>
public sealed class SmtpRule
{
    /// <summary>The reply's lines, each with its code; CRLF is added.</summary>
    public SmtpRule Reply(params string[] lines) => throw new NotImplementedException($"{lines}");

    /// <summary>Writes the reply (the server's own, when none is given) this many bytes at a time.</summary>
    public SmtpRule InPiecesOf(int bytes) => throw new NotImplementedException($"{bytes}");

    /// <summary>Waits for the task before going on, so that a test holds the conversation as long as it wants.</summary>
    public SmtpRule WaitFor(Task until) => throw new NotImplementedException($"{until}");

    /// <summary>Waits this long before going on; for a mailbox that plays a slow relay, never for a test to wait by.</summary>
    public SmtpRule Delay(TimeSpan delay) => throw new NotImplementedException($"{delay}");

    /// <summary>Never answers; the connection stays open until the client closes it or the server stops.</summary>
    public SmtpRule Hang() => throw new NotImplementedException();

    /// <summary>Closes the connection: after the reply when one is given, else without any.</summary>
    public SmtpRule Close() => throw new NotImplementedException();

    /// <summary>Acts this many times, then no more; without it, always.</summary>
    public SmtpRule Times(int times) => throw new NotImplementedException($"{times}");
}
