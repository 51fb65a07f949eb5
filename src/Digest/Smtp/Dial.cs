using System.Net;
using System.Net.Sockets;

namespace Digest.Smtp;

/// <summary>
/// Connects to a relay. Our own socket, for NoDelay: MailKit never sets it, and Nagle with delayed acknowledgement costs 44 ms a
/// message. It does not block, and .NET's own asynchronous calls, which would have its socket thread wake for each reply, are never
/// made on it.
/// </summary>
public static class Dial
{
    /// <param name="settings">Where to, and how long to wait.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>Connected at the first of the host's addresses that answers.</returns>
    /// <exception cref="SocketException">None did.</exception>
    /// <exception cref="OperationCanceledException">Time ran out, or the caller cancelled.</exception>
    public static async Task<Socket> ConnectAsync(SmtpSettings settings, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(Math.Min(settings.TimeoutSeconds, 60)));
        var addresses = await Dns.GetHostAddressesAsync(settings.Host, patience.Token);
        var failure = new SocketException((int)SocketError.HostNotFound);
        foreach (var address in addresses)
        {
            try
            {
                return await ConnectAsync(new IPEndPoint(address, settings.Port), patience.Token);
            }
            catch (SocketException error)
            {
                failure = error;
            }
        }

        throw failure;
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint address, CancellationToken patience)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, Blocking = false };
        try
        {
            try
            {
                socket.Connect(address);
                return socket;
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                await new WireWait(lane: null, socket, forWriting: true).WaitAsync(Timeout.InfiniteTimeSpan, patience);
            }

            // How the connecting ended; asking takes it away.
            var ended = (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            return ended == 0 && socket.Connected ? socket : throw new SocketException(ended == 0 ? (int)SocketError.NotConnected : ended);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
