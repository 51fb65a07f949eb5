using MimeKit;

namespace Digest.Smtp;

/// <summary>From a mail to the message on the wire: encoded to 7 bit, signed when there is a key, then touched by nobody.</summary>
public sealed class MessageComposer
{
    /// <exception cref="Settings.RefusedException">The recipient's address cannot be written in a message.</exception>
    public MimeMessage Compose(OutgoingMail mail) => throw new NotImplementedException($"{mail}");
}
