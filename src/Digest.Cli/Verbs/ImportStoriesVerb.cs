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
            await using var services = await CliConfiguration.ServicesAsync(CliConfiguration.Read(), cancellationToken);
            await using var database = await services.GetRequiredService<IDbContextFactory<DigestDbContext>>().CreateDbContextAsync(cancellationToken);
            var target = await VerbOptions.FindNewsletterAsync(database, line.GetValue(newsletter), cancellationToken);
            var result = await services.GetRequiredService<ImportStories>().RunAsync(target.Id, inputs, TimeSpan.Zero, cancellationToken);
            Console.Out.WriteLine($"Added {result.Added}, changed {result.Changed}, unchanged {result.Unchanged}.");
            return 0;
        });
        return verb;
    }

    private static IReadOnlyList<StoryInput> Read(string path) =>
        path == StoryInput.StandardInput ? [StoryFolder.ReadStandardInput(Console.OpenStandardInput())]
        : Directory.Exists(path) ? WithoutReadMe(path)
        : StoryFolder.Read(path);

    /// <summary>What a folder says of itself is no story that lost its front matter.</summary>
    private static List<StoryInput> WithoutReadMe(string folder)
    {
        var inputs = StoryFolder.Read(folder);
        var readMes = inputs.Where(input => Path.GetFileName(input.FileName).Equals("README.md", StringComparison.OrdinalIgnoreCase)
            && !input.Text.StartsWith("---", StringComparison.Ordinal)).ToList();
        readMes.ForEach(input => Console.Error.WriteLine($"{input.FileName} has no front matter and is left out."));
        return readMes.Count < inputs.Count ? [.. inputs.Except(readMes)]
            : throw new VerbException($"The folder {folder} holds no story: a story begins with front matter (docs/stories.md).");
    }
}
