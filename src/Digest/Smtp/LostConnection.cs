using System.Net.Sockets;

namespace Digest.Smtp;

/// <summary>What a network does to a conversation.</summary>
internal static class LostConnection
{
    public static bool IsOne(Exception exception) => exception
        is IOException or SocketException or TimeoutException or OperationCanceledException
        or MailKit.ProtocolException or MailKit.ServiceNotConnectedException or ObjectDisposedException;

    /// <summary>Nobody closed; nobody answered.</summary>
    public const string Silence = "No reply in time.";

    public static string Describe(Exception exception) => exception switch
    {
        TimeoutException or OperationCanceledException => Silence,
        SocketException socket => $"No connection: {socket.Message}.",
        // The text of a protocol exception may quote the reply to the message before: misleading, so not repeated.
        _ => "The connection was lost.",
    };
}
