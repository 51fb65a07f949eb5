using System.CommandLine;
using Digest.Data;
using Digest.Issues;
using Digest.Rendering;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>The editor's own subject, preheader, opening words and order, and the issue assembled anew with them.</summary>
internal static class EditVerb
{
    public static Command Create()
    {
        var (newsletter, week) = (VerbOptions.Newsletter(), VerbOptions.WeekToCome());
        var subject = Text("--subject", "The subject; empty for the lead's title.");
        var preheader = Text("--preheader", "What inboxes show beside the subject; empty for what is proposed.");
        var introduction = Text("--introduction", "Opening words in inline Markdown; empty for none.");
        var order = Text("--order", "Slugs in order, the lead first, with commas between; those not named follow by rank; empty for the rank alone.");
        var verb = new Command("edit", "Change the week's issue and assemble it anew, which takes its approval away.")
        {
            newsletter, week, subject, preheader, introduction, order,
        };
        verb.SetAction(async (line, cancellationToken) =>
        {
            var edit = new IssueEdit(
                line.GetValue(subject), line.GetValue(preheader), line.GetValue(introduction),
                line.GetValue(order)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            if (edit == new IssueEdit())
            {
                throw new VerbException("Say what to change: --subject, --preheader, --introduction or --order.");
            }

            await using var services = await CliConfiguration.ServicesAsync(CliConfiguration.Read(), cancellationToken);
            var found = await WeekIssue.ToComeAsync(services, line.GetValue(newsletter), line.GetValue(week), cancellationToken);
            await using var database = await services.GetRequiredService<IDbContextFactory<DigestDbContext>>().CreateDbContextAsync(cancellationToken);
            var before = ContentHash.Of(await database.IssueContents.HashesAsync(found.Issue.Id, cancellationToken));
            var edited = await NextStep.OrSayAsync(found, () => services.GetRequiredService<EditIssue>().RunAsync(found.Issue.Id, edit, cancellationToken));
            Console.Out.WriteLine(before.AsSpan().SequenceEqual(ContentHash.Of(edited.Contents))
                ? $"The issue of {new Week(edited.Week)} already reads so; nothing changed, and it is {SnakeCase.Of(edited.State)}: {edited.Subject}"
                : $"The issue of {new Week(edited.Week)} is {SnakeCase.Of(edited.State)}: {edited.Subject}");
            return 0;
        });
        return verb;
    }

    private static Option<string?> Text(string name, string description) => new(name) { Description = description, HelpName = "TEXT" };
}
