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
        var began = Environment.TickCount64;
        var patience = TimeSpan.FromSeconds(Math.Min(settings.TimeoutSeconds, 60));
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(patience);
        var addresses = await Dns.GetHostAddressesAsync(settings.Host, time.Token);
        return await ConnectAsync(addresses, settings.Port, patience - TimeSpan.FromMilliseconds(Environment.TickCount64 - began), cancellationToken);
    }

    /// <param name="addresses">Of one host, the preferred first.</param>
    /// <param name="port">At each of them.</param>
    /// <param name="patience">
    /// For all. Each address has an equal share of what is left: one that is silent, as where a name has an IPv6 address and the way
    /// to it is lost, does not hide the next.
    /// </param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>Connected at the first address that answers.</returns>
    /// <exception cref="SocketException">None did; why the last one did not.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static async Task<Socket> ConnectAsync(
        IReadOnlyList<IPAddress> addresses, int port, TimeSpan patience, CancellationToken cancellationToken)
    {
        var end = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        var failure = new SocketException((int)SocketError.HostNotFound);
        for (var i = 0; i < addresses.Count; i++)
        {
            using var share = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            share.CancelAfter(TimeSpan.FromMilliseconds(Math.Max(0, end - Environment.TickCount64) / (addresses.Count - i)));
            try
            {
                return await ConnectAsync(new IPEndPoint(addresses[i], port), share.Token);
            }
            catch (SocketException error)
            {
                failure = error;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                failure = new SocketException((int)SocketError.TimedOut);
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
