using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Stories.Feeds;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Rendering;

/// <summary>
/// Asks each place that a mail links to whether it is there. What it finds are warnings: sites refuse programs, and are
/// away for an hour.
/// </summary>
/// <param name="http">Reaches public hosts only; see <see cref="PublicHosts"/>.</param>
/// <param name="urls">Our own pages are not asked for: the issue's is there when it was sent.</param>
public sealed class DeadLinks([FromKeyedServices(DeadLinks.Client)] HttpMessageInvoker http, PublicUrls urls)
{
    /// <summary>Key of the client that the requests go by.</summary>
    public const string Client = "links";

    private const string Name = "dead-links";

    private const int AtOnce = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<IReadOnlyList<PreflightFinding>> FindAsync(Newsletter newsletter, RenderedMail mail, string variant, CancellationToken cancellationToken)
    {
        var home = new Uri(urls.Home(newsletter.Slug)).GetLeftPart(UriPartial.Authority);
        var links = new CheckedMail(newsletter, mail).Links
            .Where(link => IsPlace(link.Target, home))
            .GroupBy(link => new Uri(link.Target!).GetLeftPart(UriPartial.Query))
            .Select((group, index) => (Url: new Uri(group.Key), Link: group.First(), Index: index)).ToList();
        var found = new ConcurrentDictionary<int, PreflightFinding>();
        var unheard = 0;
        await Parallel.ForEachAsync(
            links, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (one, stop) =>
            {
                if (await ProblemAsync(one.Url, stop) is var (problem, isAnswer))
                {
                    found[one.Index] = Found.Warning(
                        Name, $"{one.Link.Place}, to {one.Url}, {problem}.", "Open it; mend the address in the story if it is gone.");
                    Interlocked.Add(ref unheard, isAnswer ? 0 : 1);
                }
            });
        var told = unheard > 1 && unheard == links.Count ? [Unheard(links.Count)] : found.OrderBy(pair => pair.Key).Select(pair => pair.Value);
        return [.. told.Select(finding => finding with { Variant = variant })];
    }

    private static PreflightFinding Unheard(int places) => Found.Warning(
        Name, $"None of {places} places could be reached, so nothing is known of them.",
        "See whether this machine has a way to the web, or run it where there is one.");

    private static bool IsPlace(string? target, string home) => Uri.TryCreate(target, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https" && url.GetLeftPart(UriPartial.Authority) != home;

    /// <summary>HEAD costs a site least; some answer only GET, whose body is not read.</summary>
    private async Task<(string Said, bool IsAnswer)?> ProblemAsync(Uri url, CancellationToken cancellationToken) =>
        await AskAsync(HttpMethod.Head, url, cancellationToken) is null ? null : await AskAsync(HttpMethod.Get, url, cancellationToken);

    /// <returns>None when it is there; else what is wrong, and whether the host said so.</returns>
    private async Task<(string Said, bool IsAnswer)?> AskAsync(HttpMethod method, Uri url, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(method, url) { Headers = { { "User-Agent", "Digest link check" }, { "Accept", "*/*" } } };
            using var response = await http.SendAsync(request, patience.Token);
            return (int)response.StatusCode < 400 ? null : (Say(response.StatusCode), true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (string.Create(CultureInfo.InvariantCulture, $"did not answer within {Patience.TotalSeconds:0} seconds"), false);
        }
        catch (HttpRequestException error)
        {
            return error.InnerException is FeedException { IsPrivateAddress: true } ? ("is at an address of a private network", true) : error.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => ("has a host that the DNS does not know", false),
                HttpRequestError.SecureConnectionError => ("has no certificate that browsers trust", true),
                HttpRequestError.ConnectionError => ("takes no connection", false),
                _ => ("gives no answer that a browser understands", true),
            };
        }
    }

    private static string Say(HttpStatusCode status) => string.Create(CultureInfo.InvariantCulture, $"answers {(int)status} ({status})")
        + (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests ? ", which may be for programs only" : "");
}
