using System.Net;
using System.Net.Sockets;

namespace Digest.Rendering;

/// <summary>
/// A client that reaches public hosts only: whoever writes a story must not make this machine ask its neighbours. The
/// address is judged that is then connected to, at every redirect, so that a name cannot answer with another one.
/// </summary>
public static class PublicHosts
{
    private const int MostRedirects = 5;

    public static HttpMessageInvoker NewClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = true,
        MaxAutomaticRedirections = MostRedirects,
        UseCookies = false,
        // A proxy would connect in our place.
        UseProxy = false,
        MaxResponseHeadersLength = 64,
        MaxResponseDrainSize = 0,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
        ConnectCallback = ConnectAsync,
    });

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var open = Array.FindAll(addresses, address => !PrivateHost.IsPrivate(address));
        if (open.Length == 0)
        {
            throw new PrivateAddressException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(open, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>The host has no public address.</summary>
internal sealed class PrivateAddressException() : IOException("The address is one of a private network.");
