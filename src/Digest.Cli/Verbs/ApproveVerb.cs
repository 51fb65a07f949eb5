using System.CommandLine;
using System.Globalization;
using Digest.Data;
using Digest.Issues;
using Digest.Rendering;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>Approves the frozen issue: binds it to the hash of its content.</summary>
internal static class ApproveVerb
{
    public static Command Create()
    {
        var (newsletter, week) = (VerbOptions.Newsletter(), VerbOptions.WeekToCome());
        var hash = new Option<string?>("--hash")
        {
            Description = "First digits of the hash of what you read; other content is not approved.",
            HelpName = "PREFIX",
        };
        var verb = new Command("approve", "Approve the frozen issue, so that exactly its content is sent.") { newsletter, week, hash };
        verb.SetAction((arguments, cancellationToken) =>
            RunAsync(arguments.GetValue(newsletter), arguments.GetValue(week), arguments.GetValue(hash), cancellationToken));
        return verb;
    }

    private static async Task<int> RunAsync(string? slug, DateOnly? monday, string? prefix, CancellationToken cancellationToken)
    {
        await using var services = await CliConfiguration.ServicesAsync(CliConfiguration.Read(), cancellationToken);
        var time = services.GetRequiredService<TimeProvider>();
        var contexts = services.GetRequiredService<IDbContextFactory<DigestDbContext>>();
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await WeekIssue.ToComeAsync(services, slug, monday, cancellationToken);
        var newsletter = found.Newsletter;
        var calendar = NewsletterCalendar.Of(newsletter);
        var week = found.Week;
        var issue = await database.Issues.OfWeek(newsletter.Id, week).Whole().SingleAsync(cancellationToken);
        var seen = ContentHash.Of(issue.Contents);
        RefuseOther(prefix, seen, found);
        foreach (var error in issue.Errors)
        {
            Console.Error.WriteLine($"digest: preflight error: {error.Finding} {found.Complete(error.Remedy)}");
        }

        await NextStep.OrSayAsync(found, async () =>
        {
            await services.GetRequiredService<ApproveIssue>().RunAsync(issue.Id, Environment.UserName, seen, cancellationToken);
            return issue;
        });

        var hash = Convert.ToHexStringLower(seen!)[..12];
        Console.Out.WriteLine(issue.ApprovedHash is { } approved && approved.AsSpan().SequenceEqual(seen)
            ? $"Week {week}, hash {hash}, is already approved, by {issue.ApprovedBy}; nothing changed: {issue.Subject}"
            : $"Approved week {week}, hash {hash}: {issue.Subject}");
        var due = calendar.Clock.Show(issue.DueAt);
        Console.Out.WriteLine(issue.State == IssueState.Missed || due <= time.GetUtcNow()
            ? $"Its hour, {Local(due)}, is past; {found.Hint("queue")} sends it now."
            : $"It goes out {Local(due)} ({newsletter.TimeZone})"
                + (newsletter.Schedule.ReadersHour ? ", and at that hour of their own zone to readers who chose one." : "."));
        return 0;
    }

    private static string Local(DateTimeOffset instant) => instant.ToString("dddd yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static void RefuseOther(string? prefix, byte[]? seen, WeekIssue found)
    {
        var hash = seen is null ? "" : Convert.ToHexStringLower(seen);
        if (prefix is not null && (prefix.Length == 0 || !hash.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
        {
            throw new VerbException(hash.Length == 0 ? $"The issue of week {found.Week} has no content, so no hash '{prefix}'; {found.Hint("assemble")} makes it."
                : $"The hash of week {found.Week} begins with {hash[..12]}, not '{prefix}': it changed since you read it; read it again with {found.Hint("preview")}, then approve.");
        }
    }
}
