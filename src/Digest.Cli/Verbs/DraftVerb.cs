using System.CommandLine;
using System.Globalization;
using Digest.Data;
using Digest.Issues;
using Digest.Issues.Writer;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>What a writer proposes for the week's issue, and what becomes of it. Nothing goes out that was not approved.</summary>
internal static class DraftVerb
{
    public static Command Create()
    {
        var (newsletter, week) = (VerbOptions.Newsletter(), VerbOptions.WeekToCome());
        var verb = new Command("draft", "Have the writer draft an introduction and subject lines for the week's issue; nothing is used before it is approved.")
        {
            newsletter, week, Show(),
            Decide("approve", "Make a draft the issue's own words and assemble it anew; the issue has to be approved again.", ApproveAsync),
            Decide("reject", "Set a draft aside; one that was approved leaves the issue, which is assembled anew.", RejectAsync),
        };
        verb.SetAction((parsed, cancellationToken) => WriteAsync(parsed.GetValue(newsletter), parsed.GetValue(week), cancellationToken));
        return verb;
    }

    private static Command Show()
    {
        var (newsletter, week) = (VerbOptions.Newsletter(), VerbOptions.WeekToCome());
        var verb = new Command("show", "Show the drafts of the week's issue and the stories that each sentence cites.") { newsletter, week };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = await CliConfiguration.ServicesAsync(CliConfiguration.Read(), cancellationToken);
            var found = await WeekIssue.ToComeAsync(services, parsed.GetValue(newsletter), parsed.GetValue(week), cancellationToken);
            await using var database = await services.GetRequiredService<IDbContextFactory<DigestDbContext>>().CreateDbContextAsync(cancellationToken);
            var drafts = await database.IssueDrafts.AsNoTracking().Where(draft => draft.IssueId == found.Issue.Id).OrderBy(draft => draft.Id).ToListAsync(cancellationToken);
            if (drafts.Count == 0)
            {
                Console.Out.WriteLine($"The issue of week {found.Week} has no draft; {found.Hint("draft")} writes some.");
            }

            Print(drafts);
            return 0;
        });
        return verb;
    }

    private static Command Decide(
        string name, string description, Func<DecideDraft, KnownDraft?, long, CancellationToken, Task<string>> act)
    {
        var id = NumberOption.Id("ID", "Of the draft, as `digest draft show` lists it.");
        var verb = new Command(name, description) { id };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = await CliConfiguration.ServicesAsync(CliConfiguration.Read(), cancellationToken);
            await using var database = await services.GetRequiredService<IDbContextFactory<DigestDbContext>>().CreateDbContextAsync(cancellationToken);
            var known = await database.IssueDrafts.Where(draft => draft.Id == parsed.GetValue(id))
                .Select(draft => new KnownDraft(draft.RejectedAt != null, draft.ApprovedAt != null))
                .SingleOrDefaultAsync(cancellationToken);
            Console.Out.WriteLine(await act(services.GetRequiredService<DecideDraft>(), known, parsed.GetValue(id), cancellationToken));
            return 0;
        });
        return verb;
    }

    private static async Task<int> WriteAsync(string? slug, DateOnly? monday, CancellationToken cancellationToken)
    {
        await using var services = await CliConfiguration.ServicesAsync(CliConfiguration.Read(), cancellationToken);
        var found = await WeekIssue.ToComeAsync(services, slug, monday, cancellationToken);
        var written = await NextStep.OrSayAsync(found, () => services.GetRequiredService<WriteDrafts>().RunAsync(found.Issue.Id, cancellationToken));
        if (written.Drafts.Count == 0)
        {
            throw new VerbException(string.Join(Environment.NewLine, written.Said));
        }

        foreach (var sentence in written.Said)
        {
            Console.Out.WriteLine(sentence);
        }

        Print(written.Drafts);
        return 0;
    }

    private static async Task<string> ApproveAsync(DecideDraft decide, KnownDraft? known, long id, CancellationToken cancellationToken)
    {
        if (known is { IsApproved: true })
        {
            return $"Draft {id} is already approved; nothing changed.";
        }

        var draft = await decide.ApproveAsync(id, Environment.UserName, cancellationToken);
        return $"Draft {id} is the issue's {SnakeCase.Of(draft.Kind)} now; the issue is assembled anew, read it and approve it.";
    }

    private static async Task<string> RejectAsync(DecideDraft decide, KnownDraft? known, long id, CancellationToken cancellationToken)
    {
        if (known is { IsRejected: true })
        {
            return $"Draft {id} is already rejected; nothing changed.";
        }

        await decide.RejectAsync(id, cancellationToken);
        return $"Draft {id} is rejected.";
    }

    private sealed record KnownDraft(bool IsRejected, bool IsApproved);

    private static void Print(IEnumerable<IssueDraft> drafts)
    {
        foreach (var draft in drafts)
        {
            var state = draft switch
            {
                { ApprovedAt: not null } => $"approved by {draft.ApprovedBy}",
                { RejectedAt: not null } => "rejected",
                _ => "not part of the issue until approved",
            };
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{draft.Id,4}  {SnakeCase.Of(draft.Kind)}, draft by {draft.Model}, {state}"));
            foreach (var sentence in draft.Sentences)
            {
                Console.Out.WriteLine($"      {sentence.Text}");
                Console.Out.WriteLine($"      cites {string.Join(", ", sentence.Stories)}");
            }
        }
    }
}
