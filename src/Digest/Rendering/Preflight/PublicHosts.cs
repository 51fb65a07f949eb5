using Digest.Stories.Feeds;

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
        ConnectCallback = (context, cancellationToken) => GuardedConnection.OpenAsync(context, allowPrivate: false, cancellationToken),
    });
}
