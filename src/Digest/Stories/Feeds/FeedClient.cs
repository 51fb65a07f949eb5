using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Digest.Stories.Feeds;

/// <summary>Asks a feed's server: http and https, only for what changed, with bounds on time, size and redirects.</summary>
public sealed class FeedClient : IDisposable
{
    private const int MostRedirects = 5;

    private const string Accept =
        "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1";

    private readonly HttpClient http;
    private readonly PollSettings settings;
    private readonly TimeProvider time;

    public FeedClient(IOptions<PollSettings> settings, IConfiguration configuration, TimeProvider time)
    {
        (this.settings, this.time) = (settings.Value, time);
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // A proxy would connect in our place, and to whatever address it likes.
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.All,
            MaxResponseHeadersLength = 64,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = (context, cancellationToken) => GuardedConnection.OpenAsync(context, this.settings.AllowPrivateAddresses, cancellationToken),
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.TryAddWithoutValidation("Accept", Accept);
        http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", UserAgent(configuration["Digest:PublicUrl"]));
    }

    /// <param name="url">Of the feed.</param>
    /// <param name="etag">Of the last whole answer.</param>
    /// <param name="lastModified">Of the last whole answer.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="FeedException">There is no feed to be had there.</exception>
    public async Task<FeedAnswer> FetchAsync(Uri url, string? etag, string? lastModified, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(settings.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await FollowAsync(url, etag, lastModified, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FeedException($"did not answer in full within {settings.TimeoutSeconds} seconds; it is asked again.");
        }
        catch (Exception error) when (FetchFailure.Of(error) is { } failure)
        {
            throw failure;
        }
    }

    private async Task<FeedAnswer> FollowAsync(Uri url, string? etag, string? lastModified, CancellationToken cancellationToken)
    {
        // For good only as long as every step so far is: a temporary step may lead elsewhere tomorrow.
        var (forGood, moved) = (true, (Uri?)null);
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            using var request = Request(url, etag, lastModified);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (Target(response, url) is not { } target)
            {
                return await ReadAsync(response, url, moved, cancellationToken);
            }

            forGood &= response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.PermanentRedirect;
            (url, moved) = (target, forGood ? target : moved);
        }

        throw new FeedException($"redirects more than {MostRedirects} times; write the address that it ends at, or ask its publisher.");
    }

    private static HttpRequestMessage Request(Uri url, string? etag, string? lastModified)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        // As the server wrote them: some entity tags lack the quotes that a typed header would insist on.
        if (etag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        }

        if (lastModified is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Modified-Since", lastModified);
        }

        return request;
    }

    private static Uri? Target(HttpResponseMessage response, Uri from)
    {
        if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
        {
            return null;
        }

        var written = response.Headers.TryGetValues("Location", out var values) ? values.FirstOrDefault() : null;
        if (written is null || !Uri.TryCreate(from, written, out var target) || target.Scheme is not ("http" or "https") || target.Host.Length == 0)
        {
            throw new FeedException("redirects to what is no http or https address; ask its publisher.");
        }

        return from.Scheme == "https" && target.Scheme == "http"
            ? throw new FeedException("redirects from https to http, which is not followed; ask its publisher.")
            : target;
    }

    private async Task<FeedAnswer> ReadAsync(HttpResponseMessage response, Uri url, Uri? moved, CancellationToken cancellationToken)
    {
        var notModified = response.StatusCode == HttpStatusCode.NotModified;
        if (!notModified && response.StatusCode != HttpStatusCode.OK)
        {
            throw FetchFailure.Of(response, time.GetUtcNow());
        }

        var bytes = notModified ? null : await ReadBytesAsync(response.Content, cancellationToken);
        return new FeedAnswer(
            url, bytes, Charset(response.Content.Headers.ContentType), Raw(response.Headers, "ETag"), Raw(response.Content.Headers, "Last-Modified"), moved);
    }

    /// <summary>Counts what came out of the decompression: a small answer can unfold to any size.</summary>
    private async Task<byte[]> ReadBytesAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var largest = settings.LargestMegabytes * 1024 * 1024;
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var read = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            read.Write(buffer, 0, count);
            if (read.Length > largest)
            {
                throw new FeedException($"is larger than {settings.LargestMegabytes} MB; raise Digest:Feeds:LargestMegabytes, or ask for a shorter one.");
            }
        }

        return read.ToArray();
    }

    private static string? Charset(MediaTypeHeaderValue? type) => type?.CharSet?.Trim('"', '\'', ' ');

    private static string? Raw(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) && values.FirstOrDefault() is { Length: > 0 and <= 1000 } value ? value : null;

    /// <summary>Says who asks and where to complain.</summary>
    private static string UserAgent(string? publicUrl) =>
        $"Digest/{typeof(FeedClient).Assembly.GetName().Version?.ToString(2)} (feed reader{(publicUrl is null ? "" : $"; +{publicUrl}")})";

    public void Dispose() => http.Dispose();
}
