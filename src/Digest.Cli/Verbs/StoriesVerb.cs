using System.CommandLine;
using System.Globalization;
using Digest.Data;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Stories;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>The story ledger: what has become of each story, and what an editor decides about one.</summary>
internal static class StoriesVerb
{
    public static Command Create() => new("stories", "The story ledger: candidate, used, held over, dropped, passed over, corrected since sent.")
    {
        List(), Hold(), Drop(), Restore(), Correct(),
    };

    private static Command List()
    {
        var weeks = NumberOption.Create("--weeks", 4, 1, 5200, "Published in so many weeks, up to now.");
        return Verb("list", "Each story with what has become of it, the latest first.", [], weeks, async (services, newsletter, line, cancellationToken) =>
        {
            var since = services.GetRequiredService<TimeProvider>().GetUtcNow().AddDays(-7 * line.GetValue(weeks));
            var stories = await services.GetRequiredService<StoryLedger>().ReadAsync(newsletter, since, cancellationToken);
            var clock = new LocalClock(newsletter.Zone);
            foreach (var story in stories)
            {
                var published = clock.Show(story.PublishedAt).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
                Console.Out.WriteLine(TerminalLine.Fit($"{published}  {StateOf(story),-42} {story.Slug}: ", story.Title));
            }

            return $"{Counted.Of(stories.Count, "story", "stories")}.";
        });
    }

    private static string StateOf(StoryLine story)
    {
        var issue = story.Issue is { } week ? string.Create(CultureInfo.InvariantCulture, $" {(story.State == StoryState.HeldOver ? "to" : "in")} {week:yyyy-MM-dd}") : "";
        var why = story.Why is null ? "" : $" ({story.Why})";
        return $"{SnakeCase.Of(story.State).Replace('_', ' ')}{issue}{why}{(story.CorrectedSinceSent ? ", corrected since" : "")}";
    }

    private static Command Hold()
    {
        var (slug, to, reason) = (Slug(), VerbOptions.Week(), Reason());
        to.Description = "The Monday of the issue it is kept for, as yyyy-MM-dd; the next week's when left out.";
        return Verb("hold", "Keep a story for a later issue.", [slug, reason], to, async (services, newsletter, line, cancellationToken) =>
        {
            var week = line.GetValue(to) is { } monday ? new Week(monday)
                : NewsletterCalendar.Of(newsletter).Current(services.GetRequiredService<TimeProvider>().GetUtcNow()).Next;
            if (await FindAsync(services, newsletter, line.GetValue(slug)!, cancellationToken) is { } known
                && known.HeldTo == week.Monday && IsSaid(known, line.GetValue(reason)))
            {
                return $"Story '{known.Slug}' is already kept for the issue of {week}; nothing changed.";
            }

            await services.GetRequiredService<DecideStory>().HoldAsync(
                newsletter.Id, line.GetValue(slug)!, week, line.GetValue(reason), cancellationToken);
            return $"Story '{line.GetValue(slug)}' is kept for the issue of {week}; assemble again for an issue that holds it.";
        });
    }

    private static Command Drop()
    {
        var (slug, reason) = (Slug(), Reason());
        return Verb("drop", "Take a story out of every issue to come.", [slug, reason], null, async (services, newsletter, line, cancellationToken) =>
        {
            if (await FindAsync(services, newsletter, line.GetValue(slug)!, cancellationToken) is { DroppedAt: not null } known
                && IsSaid(known, line.GetValue(reason)))
            {
                return $"Story '{known.Slug}' is already dropped ({known.DecisionReason}); nothing changed. `digest stories restore` takes it back.";
            }

            await services.GetRequiredService<DecideStory>().DropAsync(
                newsletter.Id, line.GetValue(slug)!, line.GetValue(reason) ?? $"dropped by {Environment.UserName}", cancellationToken);
            return $"Story '{line.GetValue(slug)}' is dropped; assemble again for an issue that holds it.";
        });
    }

    private static Command Restore()
    {
        var slug = Slug();
        return Verb("restore", "Take back that a story was held over or dropped.", [slug], null, async (services, newsletter, line, cancellationToken) =>
        {
            if (await FindAsync(services, newsletter, line.GetValue(slug)!, cancellationToken) is { HeldTo: null, DroppedAt: null } known)
            {
                return $"Story '{known.Slug}' is already neither held over nor dropped; nothing changed. `digest stories hold {known.Slug} --week MONDAY` brings one that was passed over into a later issue.";
            }

            await services.GetRequiredService<DecideStory>().RestoreAsync(newsletter.Id, line.GetValue(slug)!, cancellationToken);
            return $"Nothing is decided about story '{line.GetValue(slug)}' any more: the instant of its publication says which issue may take it.";
        });
    }

    private static Command Correct()
    {
        var (slug, text) = (Slug(), new Argument<string>("TEXT") { Description = "What was wrong, and how it stands; inline Markdown." });
        return Verb("correct", "Publish a correction: at once on the story's page, and in the next issue when the story had gone out.", [slug, text], null,
            async (services, newsletter, line, cancellationToken) =>
            {
                if (await FindAsync(services, newsletter, line.GetValue(slug)!, cancellationToken) is { } known
                    && known.Corrections.Exists(correction => correction.Text == line.GetValue(text)!.Trim()))
                {
                    return $"This correction of '{known.Slug}' is already published; nothing changed.";
                }

                var without = await services.GetRequiredService<DecideStory>().CorrectAsync(newsletter.Id, line.GetValue(slug)!, line.GetValue(text)!, cancellationToken);
                return $"The correction of '{line.GetValue(slug)}' is published."
                    + (without is null ? "" : $" The issue of {without} is approved and goes out without it: `digest assemble --week {without}` takes it in, "
                        + "and the issue has to be approved again; otherwise the next one tells of it.");
            });
    }

    /// <returns>None for a story that there is not: what is asked of it is refused with the way out.</returns>
    private static async Task<Story?> FindAsync(IServiceProvider services, Newsletter newsletter, string slug, CancellationToken cancellationToken)
    {
        await using var database = await services.GetRequiredService<IDbContextFactory<DigestDbContext>>().CreateDbContextAsync(cancellationToken);
        return await database.Stories.AsNoTracking().Include(story => story.Corrections)
            .SingleOrDefaultAsync(story => story.NewsletterId == newsletter.Id && story.Slug == slug, cancellationToken);
    }

    /// <summary>Another reason is another decision; none asks for no other.</summary>
    private static bool IsSaid(Story story, string? reason) => reason is null || reason == story.DecisionReason;

    private static Argument<string> Slug() => new("SLUG") { Description = "The story." };

    private static Option<string?> Reason() => new("--reason") { Description = "For whoever reads the ledger.", HelpName = "TEXT" };

    private static Command Verb(
        string name,
        string description,
        IReadOnlyList<Symbol> own,
        Option? option,
        Func<IServiceProvider, Newsletter, ParseResult, CancellationToken, Task<string>> act)
    {
        var newsletter = VerbOptions.Newsletter();
        var verb = new Command(name, description) { newsletter };
        foreach (var symbol in option is null ? own : [.. own, option])
        {
            if (symbol is Argument argument)
            {
                verb.Add(argument);
            }
            else
            {
                verb.Add((Option)symbol);
            }
        }

        verb.SetAction(async (line, cancellationToken) =>
        {
            await using var services = await CliConfiguration.ServicesAsync(CliConfiguration.Read(), cancellationToken);
            await using var database = await services.GetRequiredService<IDbContextFactory<DigestDbContext>>().CreateDbContextAsync(cancellationToken);
            var found = await VerbOptions.FindNewsletterAsync(database, line.GetValue(newsletter), cancellationToken);
            Console.Out.WriteLine(await act(services, found, line, cancellationToken));
            return 0;
        });
        return verb;
    }
}
