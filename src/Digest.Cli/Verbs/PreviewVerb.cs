using System.CommandLine;
using Digest.Data;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>Writes the week's issue as it is frozen, byte for byte but for the slots, to be read before it is approved.</summary>
internal static class PreviewVerb
{
    public static Command Create()
    {
        var folder = new Option<string>("--out", "-o")
        {
            Description = "Folder to write issue.html and issue.text into.",
            HelpName = "DIR",
            DefaultValueFactory = _ => "preview",
        };
        var pictures = new Option<bool>("--png")
        {
            Description = "Also take pictures at 320, 600 and 1024 pixels, light and dark; needs Chromium.",
        };
        var (newsletter, week) = (VerbOptions.Newsletter(), VerbOptions.Week());
        var verb = new Command("preview", "Write the week's issue as HTML and text, with links that do nothing.") { folder, pictures, newsletter, week };
        verb.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(newsletter), parsed.GetValue(week), parsed.GetValue(folder)!, parsed.GetValue(pictures), cancellationToken));
        return verb;
    }

    private static async Task<int> RunAsync(string? slug, DateOnly? week, string folder, bool pictures, CancellationToken cancellationToken)
    {
        await using var services = CliConfiguration.Services(CliConfiguration.Read());
        var (newsletter, issue) = await WeekIssue.FindAsync(services, slug, week, cancellationToken);
        var mail = await ReadAsync(services, newsletter, issue, cancellationToken);
        var browser = pictures ? IssuePictures.FindBrowser() : null;

        MakeFolder(folder);
        var html = Path.Combine(folder, "issue.html");
        await WriteAsync(html, mail.Html, cancellationToken);
        await WriteAsync(Path.Combine(folder, "issue.text"), mail.Text, cancellationToken);
        if (browser is not null)
        {
            await IssuePictures.TakeAsync(browser, html, picture => Console.Out.WriteLine(picture), cancellationToken);
        }

        return 0;
    }

    private static async Task<RenderedMail> ReadAsync(
        IServiceProvider services, Newsletter newsletter, Issue issue, CancellationToken cancellationToken)
    {
        await using var database = await services.GetRequiredService<IDbContextFactory<DigestDbContext>>().CreateDbContextAsync(cancellationToken);
        var content = await database.IssueContents.AsNoTracking()
            .FirstOrDefaultAsync(content => content.IssueId == issue.Id && content.Variant == "", cancellationToken)
            ?? throw new VerbException($"The issue of {issue.Week:yyyy-MM-dd} has no content ({issue.StateReason ?? "its week held no story"}); "
                + "import stories and run `digest assemble`.");
        return SlotValues.Inert(services.GetRequiredService<PublicUrls>()).Fill(RenderedMail.Of(content));
    }

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (IOException error)
        {
            throw new VerbException($"The folder {folder} cannot be made: {error.Message}");
        }
    }

    /// <summary>Written beside and moved over, so that a full disk leaves no half issue.</summary>
    private static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        var draft = path + ".new";
        try
        {
            await File.WriteAllTextAsync(draft, text, cancellationToken);
            File.Move(draft, path, overwrite: true);
        }
        catch (IOException error)
        {
            File.Delete(draft);
            throw new VerbException($"Cannot write {path}: {error.Message}");
        }

        Console.Out.WriteLine(path);
    }
}
