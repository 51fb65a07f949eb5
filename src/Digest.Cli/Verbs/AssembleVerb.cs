using System.CommandLine;
using System.Globalization;
using Digest.Data;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>Assembles the week's issue now, as Sunday's job would, and shows what it chose and why.</summary>
internal static class AssembleVerb
{
    public static Command Create()
    {
        var (newsletter, week) = (VerbOptions.Newsletter(), VerbOptions.WeekToCome());
        var verb = new Command("assemble", "Assemble the week's issue now; safe to repeat, and a change takes its approval away.") { newsletter, week };
        verb.SetAction((arguments, cancellationToken) =>
            RunAsync(arguments.GetValue(newsletter), arguments.GetValue(week), cancellationToken));
        return verb;
    }

    private static async Task<int> RunAsync(string? slug, DateOnly? monday, CancellationToken cancellationToken)
    {
        await using var services = await CliConfiguration.ServicesAsync(CliConfiguration.Read(), cancellationToken);
        var contexts = services.GetRequiredService<IDbContextFactory<DigestDbContext>>();
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var newsletter = await VerbOptions.FindNewsletterAsync(database, slug, cancellationToken);
        var calendar = NewsletterCalendar.Of(newsletter);
        var week = monday is { } named ? new Week(named) : await WeekIssue.NextToGoOutAsync(
            database, newsletter, calendar.Current(services.GetRequiredService<TimeProvider>().GetUtcNow()), cancellationToken);

        var before = await database.Issues.OfWeek(newsletter.Id, week).AsNoTracking().Include(known => known.Contents).SingleOrDefaultAsync(cancellationToken);
        var issue = await services.GetRequiredService<AssembleIssue>().RunAsync(newsletter.Id, week, cancellationToken);

        Print(Console.Out, newsletter, calendar.Clock, issue);
        if (before is not null && ContentHash.Of(before.Contents).AsSpan().SequenceEqual(ContentHash.Of(issue.Contents)))
        {
            Console.Error.WriteLine(issue.QueuedAt is not null || issue.State == IssueState.Cancelled
                ? $"It is {SnakeCase.Of(issue.State)} and stays as it is; nothing changed. {WeekIssue.HintOf("assemble", slug, week.Next)} assembles the next."
                : "It is already assembled with this content; nothing changed.");
        }

        return 0;
    }

    private static void Print(TextWriter to, Newsletter newsletter, LocalClock clock, Issue issue)
    {
        string Local(DateTimeOffset instant) => clock.Show(instant).ToString("ddd yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

        to.WriteLine($"{newsletter.Name}, week {new Week(issue.Week)}: {SnakeCase.Of(issue.State)}");
        to.WriteLine($"Window   {Local(issue.WindowStart)} to {Local(issue.WindowEnd)} ({newsletter.TimeZone})");
        to.WriteLine($"Due      {Local(issue.DueAt)}");
        if (issue.StateReason is { } reason)
        {
            to.WriteLine($"Why      {reason}");
        }

        if (ContentHash.Of(issue.Contents) is { } hash)
        {
            to.WriteLine($"Subject  {issue.Subject}");
            to.WriteLine($"Hash     {Convert.ToHexStringLower(hash)[..12]}");
        }

        if (issue.Contents.Count > 1)
        {
            to.WriteLine($"Variants {string.Join(", ", issue.Contents.Where(content => content.Variant.Length > 0).Select(content => content.Variant))}");
        }

        foreach (var place in issue.Stories)
        {
            to.WriteLine($"{place.Position + 1,3}. {place.Story!.Title}");
            to.WriteLine($"     {place.Reason}");
        }
    }
}
