using System.Net;
using System.Net.Sockets;

namespace Digest.Stories.Feeds;

/// <summary>
/// Connects to public addresses only. What is checked is the address that is connected to, so that neither a name that
/// resolves anew (DNS rebinding) nor a redirect leads around it.
/// </summary>
internal static class GuardedConnection
{
    private const string Refusal = "lies at an address that is not public, and is not asked; set Digest:Feeds:AllowPrivateAddresses to true if that is meant.";

    public static async ValueTask<Stream> OpenAsync(SocketsHttpConnectionContext context, bool allowPrivate, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(context.DnsEndPoint.Host, out var written) ? [written] : await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = addresses.Where(address => allowPrivate || PublicAddress.IsPublic(address)).ToArray();
        if (allowed.Length == 0)
        {
            throw addresses.Length == 0
                ? new FeedException("has a host without an address; check how it is written.")
                : new FeedException(Refusal) { IsPrivateAddress = true };
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
