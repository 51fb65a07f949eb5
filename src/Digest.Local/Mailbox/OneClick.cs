using System.Net;
using System.Net.Sockets;

namespace Digest.Local.Mailbox;

/// <summary>What came of a one-click POST, or why there was none.</summary>
/// <param name="Succeeded">Answered 2xx: all that a mail client looks at.</param>
/// <param name="Summary">The status line, or the reason.</param>
/// <param name="Body">The start of what was answered.</param>
internal sealed record OneClickAnswer(bool Succeeded, string Summary, string Body);

/// <summary>
/// Unsubscribes as a mail client does (RFC 8058 section 3.2): one POST without cookies, whose redirects nobody follows.
/// A message can name any URL, so only loopback and one host of the operator's choice are ever called.
/// </summary>
/// <param name="allowedHost">
/// A host that may be called. Links to loopback go there too, keeping their port: in a container, loopback is the container.
/// </param>
internal sealed class OneClick(string? allowedHost)
{
    private const int LongestBody = 2000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public bool MayCall(Uri url) => url.IsLoopback || string.Equals(url.Host, allowedHost, StringComparison.OrdinalIgnoreCase);

    public async Task<OneClickAnswer> PostAsync(Uri url, CancellationToken cancellationToken)
    {
        if (!MayCall(url))
        {
            return new OneClickAnswer(false, $"Not sent: {url.Host} is not this machine. Name it with --unsubscribe-host to allow it.", "");
        }

        using var http = NewClient();
        try
        {
            using var form = new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]);
            using var answer = await http.PostAsync(url, form, cancellationToken);
            var body = await answer.Content.ReadAsStringAsync(cancellationToken);
            return new OneClickAnswer(answer.IsSuccessStatusCode, Describe(answer), body.Length > LongestBody ? body[..LongestBody] + "…" : body);
        }
        catch (HttpRequestException error)
        {
            return new OneClickAnswer(false, $"No answer from {url.Authority}: {error.Message}", "");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new OneClickAnswer(false, $"No answer from {url.Authority} in {Patience.TotalSeconds} seconds.", "");
        }
    }

    private HttpClient NewClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, cancellationToken),
    })
    {
        Timeout = Patience,
    };

    private static string Describe(HttpResponseMessage answer)
    {
        var status = $"{(int)answer.StatusCode} {answer.ReasonPhrase}";
        return (int)answer.StatusCode is >= 300 and < 400 ? $"{status}: a redirect, which a mail client does not follow" : status;
    }

    private async ValueTask<Stream> ConnectAsync(DnsEndPoint asked, CancellationToken cancellationToken)
    {
        var loopback = asked.Host == "localhost" || (IPAddress.TryParse(asked.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(loopback && allowedHost is not null ? allowedHost : asked.Host, asked.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
