using MimeKit;

namespace Digest.Smtp;

/// <summary>
/// One kept connection to the relay, used by one lane. Connects when first needed, reconnects by itself, never throws for
/// what a server or a network does: every try ends in an outcome.
/// </summary>
public sealed class SmtpSession : IAsyncDisposable
{
    /// <param name="message">Composed and signed; see <see cref="MessageComposer"/>.</param>
    /// <param name="returnPath">Envelope sender.</param>
    /// <param name="recipient">The one recipient.</param>
    /// <param name="cancellationToken">
    /// Honoured until the message begins; from then on the reply is waited for, as a cancelled wait is a message in doubt.
    /// </param>
    public Task<SmtpOutcome> SendAsync(MimeMessage message, string returnPath, string recipient, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{message}{returnPath}{recipient}");

    /// <summary>QUIT and close.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Makes sessions; one for each lane.</summary>
public sealed class SmtpSessions(Microsoft.Extensions.Options.IOptions<SmtpSettings> settings)
{
    public SmtpSession Create() => throw new NotImplementedException($"{settings}");
}
