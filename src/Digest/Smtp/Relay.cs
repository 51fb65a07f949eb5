namespace Digest.Smtp;

/// <summary>One SMTP server that we hand mail to.</summary>
/// <param name="Name">In the ledger, in alerts and in the log.</param>
/// <param name="Settings">How it is reached, and how much it takes.</param>
/// <param name="Sessions">Conversations with it.</param>
public sealed record Relay(string Name, SmtpSettings Settings, SmtpSessions Sessions);
