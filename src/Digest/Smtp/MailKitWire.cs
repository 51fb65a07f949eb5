using System.Runtime.CompilerServices;
using MailKit.Net.Smtp;

namespace Digest.Smtp;

/// <summary>
/// The one place that reaches into MailKit, read against 4.18.2. Its public SendAsync takes a MimeMessage, encodes and
/// filters it anew and sends it in pieces of 4 KB, which was most of what a message cost. How MailKit connects, encrypts,
/// logs in and reads replies stays in use; only the bytes of a transaction are written past it, to the stream below its own
/// buffer, which is empty between its commands.
/// </summary>
internal static class MailKitWire
{
    private const string SmtpStream = "MailKit.Net.Smtp.SmtpStream, MailKit";

    /// <summary>MailKit's stream of an open connection, for <see cref="ReadReplyAsync"/> and <see cref="Below"/>.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Stream")]
    [return: UnsafeAccessorType(SmtpStream)]
    public static extern object StreamOf(SmtpClient client);

    /// <summary>The socket's stream, or that of TLS.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Stream")]
    public static extern Stream Below([UnsafeAccessorType(SmtpStream)] object stream);

    /// <summary>The next reply, all its lines.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ReadResponseAsync")]
    public static extern Task<SmtpResponse> ReadReplyAsync([UnsafeAccessorType(SmtpStream)] object stream, CancellationToken cancellationToken);
}
