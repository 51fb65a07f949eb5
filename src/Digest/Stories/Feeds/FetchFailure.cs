using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Digest.Stories.Feeds;

/// <summary>What an operator is told of a feed that could not be fetched.</summary>
internal static class FetchFailure
{
    /// <summary>An answer without a feed in it.</summary>
    public static FeedException Of(HttpResponseMessage response, DateTimeOffset now)
    {
        var code = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        var after = response.Headers.RetryAfter;
        return response.StatusCode switch
        {
            HttpStatusCode.Gone => new FeedException($"{FeedException.Gone} (410); take it out of the newsletter's settings, or write its new address there.") { IsGone = true },
            HttpStatusCode.NotFound => new FeedException("is not found (404); write its new address in the newsletter's settings."),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new FeedException($"is refused to us ({code}); ask its publisher to let this reader in."),
            _ => new FeedException(code[0] == '5' || response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
                ? $"is away for the moment ({code}); it is asked again, there is nothing to do yet."
                : $"is answered with status {code}; check its address.")
            {
                RetryAfter = after?.Delta ?? (after?.Date - now),
            },
        };
    }

    /// <returns>None for what is no failure of the network.</returns>
    public static FeedException? Of(Exception error) => error switch
    {
        FeedException known => known,
        HttpRequestException { InnerException: FeedException known } => known,
        _ when error is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }
            || error.InnerException is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } =>
            new FeedException("has a host whose name does not resolve; check how it is written, and this machine's DNS."),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            new FeedException("has a certificate that cannot be verified; ask its publisher to mend it."),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } or SocketException =>
            new FeedException("has a server that cannot be reached; it is asked again, check its address if that lasts."),
        HttpRequestException or IOException or InvalidDataException =>
            new FeedException("broke off or came garbled; it is asked again, ask its publisher if that lasts."),
        _ => null,
    };
}
