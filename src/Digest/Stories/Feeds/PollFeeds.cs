using Digest.Data;
using Digest.Newsletters;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Digest.Stories.Feeds;

/// <param name="Url">Of the feed.</param>
/// <param name="Taken">What came in; none when nothing had changed, or when it failed.</param>
/// <param name="Problem">What is wrong, or none.</param>
public sealed record FeedPoll(string Url, Taken? Taken, string? Problem);

/// <summary>
/// Asks the feeds that are due and takes in what they bring. Two runs at once ask each feed once; one that fails is told
/// of, asked again later, and holds up no other.
/// </summary>
public sealed partial class PollFeeds(
    IDbContextFactory<DigestDbContext> contexts, FeedClaims claims, FeedClient client, TakeEntries take, FeedBook book, FeedAlerts alerts,
    IOptions<PollSettings> settings, TimeProvider time, ILogger<PollFeeds> logger)
{
    /// <summary>Feeds asked at once: most of the time is spent waiting for their servers.</summary>
    private const int AtOnce = 4;

    /// <summary>Asks what is due, of every newsletter.</summary>
    public Task<IReadOnlyList<FeedPoll>> RunAsync(CancellationToken cancellationToken) => RunAsync(claims.DueAsync, cancellationToken);

    /// <summary>Asks a newsletter's feeds now, due or not.</summary>
    /// <param name="newsletter">Whose.</param>
    /// <param name="url">Of the one to ask; none for all.</param>
    /// <param name="cancellationToken">Stops between two feeds.</param>
    /// <exception cref="RefusedException">The newsletter's settings know no such feed.</exception>
    public Task<IReadOnlyList<FeedPoll>> NowAsync(Newsletter newsletter, string? url, CancellationToken cancellationToken)
    {
        if (newsletter.Feeds.Count == 0 || (url is not null && newsletter.Feeds.All(feed => feed.Url != url)))
        {
            throw new RefusedException($"The settings of {newsletter.Slug} name no {(url is null ? "feeds" : $"feed {url}")}; write it under feeds in its file and run `digest newsletter apply FILE`.");
        }

        var asked = time.GetUtcNow();
        return RunAsync(token => claims.NowAsync(asked, newsletter.Id, url, token), cancellationToken);
    }

    private async Task<IReadOnlyList<FeedPoll>> RunAsync(Func<CancellationToken, Task<FeedClaim?>> nextAsync, CancellationToken cancellationToken)
    {
        await claims.SyncAsync(cancellationToken);
        try
        {
            var polls = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => PollAllAsync(nextAsync, cancellationToken)));
            return [.. polls.SelectMany(poll => poll).OrderBy(poll => poll.Url, StringComparer.Ordinal)];
        }
        finally
        {
            // Whatever became of one, what the others found is told.
            await alerts.TellAsync(cancellationToken);
        }
    }

    private async Task<List<FeedPoll>> PollAllAsync(Func<CancellationToken, Task<FeedClaim?>> nextAsync, CancellationToken cancellationToken)
    {
        var polls = new List<FeedPoll>();
        while (await nextAsync(cancellationToken) is { } claim)
        {
            polls.Add(await PollAsync(claim, cancellationToken));
        }

        return polls;
    }

    private async Task<FeedPoll> PollAsync(FeedClaim claim, CancellationToken cancellationToken)
    {
        using var budget = new CancellationTokenSource(settings.Value.Budget, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
        try
        {
            var answer = await client.FetchAsync(new Uri(claim.Url), claim.ETag, claim.LastModified, either.Token);
            var document = answer.Bytes is null ? null : FeedReader.Read(answer.Bytes, answer.Charset, answer.Url, either.Token);
            return new FeedPoll(claim.Url, await take.RunAsync(claim, answer, document, either.Token), null);
        }
        catch (Exception error) when (budget.IsCancellationRequested && !cancellationToken.IsCancellationRequested && error is not FeedException)
        {
            // Whatever a driver makes of the cancellation: nothing of the feed was written.
            return await FailAsync(
                claim, new FeedException($"was not taken in within {settings.Value.Budget.TotalSeconds:0} seconds; it is asked again. If it stays so, ask its publisher for a shorter one."), cancellationToken);
        }
        catch (FeedException problem)
        {
            return await FailAsync(claim, problem, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException && DatabaseFailure.Reason(error) is null)
        {
            // A fault of ours in one feed stays with that feed.
            LogFault(error, claim.FeedId);
            return await FailAsync(claim, new FeedException($"could not be taken in ({error.GetType().Name}); report this, with its address, as a fault of Digest."), cancellationToken);
        }
    }

    private async Task<FeedPoll> FailAsync(FeedClaim claim, FeedException problem, CancellationToken cancellationToken)
    {
        LogFailed(claim.FeedId, problem.Message);
        try
        {
            await using var database = await contexts.CreateDbContextAsync(cancellationToken);
            await book.FailedAsync(database, claim, problem, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException && DatabaseFailure.Reason(error) is null)
        {
            // Its row may have left with its newsletter; the feeds behind it in this lane are asked all the same.
            LogFault(error, claim.FeedId);
        }

        return new FeedPoll(claim.Url, null, problem.Message);
    }

    // The address itself is not logged: some carry a key.
    [LoggerMessage(Level = LogLevel.Warning, Message = "Feed {FeedId} failed: it {Problem}")]
    private partial void LogFailed(long feedId, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "Feed {FeedId} could not be taken in.")]
    private partial void LogFault(Exception error, long feedId);
}
