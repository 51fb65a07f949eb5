using System.CommandLine;
using System.Globalization;
using Digest.Data;
using Digest.Newsletters;
using Digest.Stories.Feeds;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>How a newsletter's feeds fare, and asking them now.</summary>
internal static class FeedsVerb
{
    public static Command Create() => new("feeds", "Show how the feeds of a newsletter fare, or ask them now (docs/feeds.md).")
    {
        List(),
        Poll(),
    };

    private static Command List()
    {
        var newsletter = VerbOptions.Newsletter();
        var verb = new Command("list", "List the feeds: last success, failing since, what is wrong and what to do, entries.") { newsletter };
        verb.SetAction((line, cancellationToken) => WithNewsletterAsync(line.GetValue(newsletter), async (services, target) =>
        {
            var clock = new LocalClock(target.Zone);
            foreach (var state in await services.GetRequiredService<FeedBook>().ReadAsync(target, cancellationToken))
            {
                Console.Out.WriteLine(Line(state, clock));
            }

            SayWhenNone(target);
            return 0;
        }, cancellationToken));
        return verb;
    }

    private static Command Poll()
    {
        var newsletter = VerbOptions.Newsletter();
        var url = new Option<string?>("--url") { Description = "The one feed to ask, as the settings write it; all of them when left out.", HelpName = "URL" };
        var verb = new Command("poll", "Ask the feeds now, due or not, and take in what is new. Ends with code 1 when one of them failed.") { newsletter, url };
        verb.SetAction((line, cancellationToken) => WithNewsletterAsync(line.GetValue(newsletter), async (services, target) =>
        {
            if (line.GetValue(url) is null && SayWhenNone(target))
            {
                return 0;
            }

            var polls = await services.GetRequiredService<PollFeeds>().NowAsync(target, line.GetValue(url), cancellationToken);
            foreach (var poll in polls)
            {
                Console.Out.WriteLine(poll switch
                {
                    { Problem: { } problem } => $"{poll.Url}  failed: it {problem}",
                    { Taken: { } taken } => $"{poll.Url}  taken {taken.Added}, changed {taken.Changed}, not taken {taken.NotTaken}",
                    _ => $"{poll.Url}  nothing new",
                });
            }

            return polls.Any(poll => poll.Problem is not null) ? 1 : 0;
        }, cancellationToken));
        return verb;
    }

    private static bool SayWhenNone(Newsletter target)
    {
        if (target.Feeds.Count == 0)
        {
            Console.Error.WriteLine($"{target.Slug} has no feeds; list some under `feeds:` in its settings file and run `digest newsletter apply FILE` (docs/newsletters.md).");
        }

        return target.Feeds.Count == 0;
    }

    private static string Line(FeedState state, LocalClock clock)
    {
        string Local(DateTimeOffset instant) => clock.Show(instant).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        var feed = state.Feed;
        var fares = feed switch
        {
            { FailingSince: { } since } => $"failing since {Local(since)} ({feed.Failures} times), last success {(feed.SucceededAt is { } at ? Local(at) : "never")}, asked again {Local(feed.NextPollAt)}",
            { SucceededAt: { } at } => $"works, last success {Local(at)}, asked again {Local(feed.NextPollAt)}",
            _ => "not asked yet",
        };
        var counts = string.Create(CultureInfo.InvariantCulture, $"{state.Items} entries, {state.Taken} taken");
        return $"{state.Settings.Outlet}  {feed.Url}\n    {fares}; {counts}{(feed.Problem is { } problem ? $"\n    It {problem}" : "")}";
    }

    private static async Task<int> WithNewsletterAsync(string? slug, Func<ServiceProvider, Newsletter, Task<int>> use, CancellationToken cancellationToken)
    {
        await using var services = await CliConfiguration.ServicesAsync(CliConfiguration.Read(), cancellationToken);
        await using var database = await services.GetRequiredService<IDbContextFactory<DigestDbContext>>().CreateDbContextAsync(cancellationToken);
        return await use(services, await VerbOptions.FindNewsletterAsync(database, slug, cancellationToken));
    }
}
