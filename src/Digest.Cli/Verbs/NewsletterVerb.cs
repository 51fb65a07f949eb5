using System.CommandLine;
using Digest.Data;
using Digest.Newsletters;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>Brings a newsletter to what its settings file says, and shows which there are.</summary>
internal static class NewsletterVerb
{
    public static Command Create() => new("newsletter", "Create or change a newsletter from its settings file; list the newsletters.")
    {
        Apply(),
        List(),
    };

    private static Command Apply()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The newsletter's settings, a YAML file (docs/newsletters.md)." };
        var verb = new Command("apply", "Create the newsletter that the file describes, or change the one with its slug. "
            + "The file is checked first; applying it again changes nothing.") { file };
        verb.SetAction(async (line, cancellationToken) =>
        {
            var wanted = NewsletterFile.Parse(await ReadAsync(line.GetRequiredValue(file), cancellationToken), line.GetRequiredValue(file).ToString());
            await using var services = await CliConfiguration.ServicesAsync(CliConfiguration.Read(), cancellationToken);
            var (_, result) = await services.GetRequiredService<ApplyNewsletter>().RunAsync(wanted, cancellationToken);
            Console.Out.WriteLine(result switch
            {
                ApplyResult.Created => $"Created newsletter {wanted.Slug}.",
                ApplyResult.Changed => $"Changed newsletter {wanted.Slug}; a week that is already assembled keeps its content until it is assembled again.",
                _ => $"Newsletter {wanted.Slug} is already as the file says; nothing changed.",
            });
            return 0;
        });
        return verb;
    }

    private static async Task<string> ReadAsync(FileInfo file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(file.FullName, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"{file} cannot be read: {error.Message.TrimEnd('.')}; name the newsletter's settings file (docs/newsletters.md).");
        }
    }

    private static Command List()
    {
        var verb = new Command("list", "List the newsletters of this installation: slug, send time and zone, name.");
        verb.SetAction(async (_, cancellationToken) =>
        {
            await using var services = await CliConfiguration.ServicesAsync(CliConfiguration.Read(), cancellationToken);
            await using var database = await services.GetRequiredService<IDbContextFactory<DigestDbContext>>().CreateDbContextAsync(cancellationToken);
            var newsletters = await database.Newsletters.AsNoTracking().OrderBy(newsletter => newsletter.Slug).ToListAsync(cancellationToken);
            foreach (var newsletter in newsletters)
            {
                Console.Out.WriteLine($"{newsletter.Slug,-24}  Monday {newsletter.Schedule.SendAt:HH:mm} {newsletter.TimeZone,-20}  {newsletter.Name}");
            }

            if (newsletters.Count == 0)
            {
                Console.Error.WriteLine("There is no newsletter yet; load one with `digest newsletter apply FILE`.");
            }

            return 0;
        });
        return verb;
    }
}
