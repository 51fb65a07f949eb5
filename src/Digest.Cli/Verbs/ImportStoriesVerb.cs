using System.CommandLine;
using Digest.Data;
using Digest.Stories;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>Brings stories in. Running it again over the same files changes nothing.</summary>
internal static class ImportStoriesVerb
{
    public static Command Create()
    {
        var path = new Argument<string>("PATH")
        {
            Description = "A Markdown file, a folder whose *.md files are read with those of the folders in it, or - for one story on standard input.",
        };
        var newsletter = VerbOptions.Newsletter();
        var verb = new Command("stories", "Import stories, Markdown files with front matter (docs/stories.md). All are checked before one "
            + "is written; a story that is already there is changed, and the same files again change nothing.") { path, newsletter };
        verb.SetAction(async (line, cancellationToken) =>
        {
            var inputs = Read(line.GetRequiredValue(path));
            await using var services = CliConfiguration.Services(CliConfiguration.Read());
            await using var database = await services.GetRequiredService<IDbContextFactory<DigestDbContext>>().CreateDbContextAsync(cancellationToken);
            var target = await VerbOptions.FindNewsletterAsync(database, line.GetValue(newsletter), cancellationToken);
            var result = await services.GetRequiredService<ImportStories>().RunAsync(target.Id, inputs, TimeSpan.Zero, cancellationToken);
            Console.Out.WriteLine($"Added {result.Added}, changed {result.Changed}, unchanged {result.Unchanged}.");
            return 0;
        });
        return verb;
    }

    private static IReadOnlyList<StoryInput> Read(string path) =>
        path == StoryInput.StandardInput ? [StoryFolder.ReadStandardInput(Console.OpenStandardInput())] : StoryFolder.Read(path);
}
