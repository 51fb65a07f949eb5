using System.Text.RegularExpressions;
using Digest.Data;
using Digest.Issues;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>The issue that a verb is about: of the named newsletter and week, or of the only newsletter and the week that the verb means.</summary>
/// <param name="Newsletter">Whose issue it is.</param>
/// <param name="Issue">The issue, not tracked.</param>
/// <param name="Slug">The newsletter as it was named; none when it was not.</param>
internal sealed partial record WeekIssue(Newsletter Newsletter, Issue Issue, string? Slug)
{
    public Week Week => new(Issue.Week);

    /// <summary>
    /// For what is done to an issue on its way: the one that is sending or paused, of whatever week, as whoever stops it may be in a
    /// hurry. Where none is, the latest that is queued from the current week on; otherwise the current week's.
    /// </summary>
    /// <exception cref="VerbException">There is no such newsletter or issue, or several are on their way and none was named.</exception>
    public static async Task<WeekIssue> OnItsWayAsync(IServiceProvider services, string? slug, DateOnly? monday, CancellationToken cancellationToken)
    {
        await using var database = await NewContextAsync(services, cancellationToken);
        var newsletter = await VerbOptions.FindNewsletterAsync(database, slug, cancellationToken);
        var current = NewsletterCalendar.Of(newsletter).Current(services.GetRequiredService<TimeProvider>().GetUtcNow());
        var week = monday ?? await OpenAsync(database, newsletter, cancellationToken) ?? await database.Issues
            .Where(issue => issue.NewsletterId == newsletter.Id && issue.Week > current.Monday && issue.QueuedAt != null)
            .OrderByDescending(issue => issue.Week).Select(issue => (DateOnly?)issue.Week).FirstOrDefaultAsync(cancellationToken) ?? current.Monday;
        return await FindAsync(database, newsletter, slug, new Week(week), cancellationToken);
    }

    private static async Task<DateOnly?> OpenAsync(DigestDbContext database, Newsletter newsletter, CancellationToken cancellationToken)
    {
        var open = await database.Issues.AsNoTracking()
            .Where(issue => issue.NewsletterId == newsletter.Id && (issue.State == IssueState.Sending || issue.State == IssueState.Paused))
            .OrderBy(issue => issue.Week).ToListAsync(cancellationToken);
        return open.Count <= 1
            ? open.FirstOrDefault()?.Week
            : throw new VerbException($"Which issue? Name it with --week; on their way are: {string.Join(", ", open.Select(issue => $"{new Week(issue.Week)} ({SnakeCase.Of(issue.State)})"))}.");
    }

    /// <summary>
    /// For what is done before an issue goes out: the first that waits, from the current week on. Where none does it is the
    /// current week's, and when that one is past changing, stderr says so.
    /// </summary>
    /// <exception cref="VerbException">There is no such newsletter or issue.</exception>
    public static async Task<WeekIssue> ToComeAsync(IServiceProvider services, string? slug, DateOnly? monday, CancellationToken cancellationToken)
    {
        await using var database = await NewContextAsync(services, cancellationToken);
        var newsletter = await VerbOptions.FindNewsletterAsync(database, slug, cancellationToken);
        var current = NewsletterCalendar.Of(newsletter).Current(services.GetRequiredService<TimeProvider>().GetUtcNow());
        var week = monday is { } named ? new Week(named) : await NextToGoOutAsync(database, newsletter, current, cancellationToken);
        var found = await FindAsync(database, newsletter, slug, week, cancellationToken);
        if (monday is null)
        {
            found.SayWhich(current);
        }

        return found;
    }

    /// <summary>The week of the first issue that waits, from the current one on; the current one where none does.</summary>
    public static async Task<Week> NextToGoOutAsync(DigestDbContext database, Newsletter newsletter, Week current, CancellationToken cancellationToken)
    {
        var waiting = await database.Issues
            .Where(issue => issue.NewsletterId == newsletter.Id && issue.Week >= current.Monday && issue.QueuedAt == null && issue.State != IssueState.Cancelled)
            .OrderBy(issue => issue.Week).Select(issue => (DateOnly?)issue.Week).FirstOrDefaultAsync(cancellationToken);
        return waiting is { } monday ? new Week(monday) : current;
    }

    /// <summary>A verb as it is typed for this issue and no other.</summary>
    public string Hint(string verb) => HintOf(verb, Slug, Week);

    /// <summary>The same of an issue that there is not.</summary>
    public static string HintOf(string verb, string? slug, Week week) => $"`digest {verb}{(slug is null ? "" : $" --newsletter {slug}")} --week {week}`";

    /// <summary>A sentence of the library's, which names verbs and does not know of which issue they will be typed.</summary>
    public string Complete(string sentence) => VerbOfIssue().Replace(sentence, verb => Hint(verb.Groups[1].Value));

    /// <summary>There is nothing to look at.</summary>
    public VerbException WithoutContent() =>
        new($"The issue of {Week} has no content ({Issue.StateReason ?? "its week held no story"}); import stories and run {Hint("assemble")}.");

    private void SayWhich(Week current)
    {
        if (Week != current)
        {
            Console.Error.WriteLine($"digest: this is about the issue of {Week}, the next to go out; --week names another.");
        }
        else if (Issue.QueuedAt is not null || Issue.State == IssueState.Cancelled)
        {
            Console.Error.WriteLine($"digest: this is about the issue of {Week}, which is {SnakeCase.Of(Issue.State)}; none to come is assembled yet.");
        }
    }

    private static async Task<WeekIssue> FindAsync(
        DigestDbContext database, Newsletter newsletter, string? slug, Week week, CancellationToken cancellationToken) =>
        await database.Issues.OfWeek(newsletter.Id, week).AsNoTracking().SingleOrDefaultAsync(cancellationToken) is { } issue
            ? new WeekIssue(newsletter, issue, slug)
            : throw new VerbException($"'{newsletter.Slug}' has no issue for the week of {week}; {HintOf("assemble", slug, week)} makes it.");

    private static Task<DigestDbContext> NewContextAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        services.GetRequiredService<IDbContextFactory<DigestDbContext>>().CreateDbContextAsync(cancellationToken);

    [GeneratedRegex("`digest (assemble|edit|preview|preflight|rehearse|draft|approve|queue|progress|pause|resume|cancel)`")]
    private static partial Regex VerbOfIssue();
}
