using System.CommandLine;
using System.Text;
using Digest.Data;
using Digest.Subscribers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

internal static class ImportSubscribersVerb
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "CSV with a header, or - for standard input. Columns: address, and optionally state (confirmed, pending, "
                + "unsubscribed; confirmed when left out), time_zone, confirmed_at, topics (separated by ;).",
        };
        var newsletter = VerbOptions.Newsletter();
        var verb = new Command(
            "subscribers",
            "Import a CSV file of people who agreed to get the newsletter. Changes nobody who is known, brings back nobody who left.")
        {
            file,
            newsletter,
        };
        verb.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetRequiredValue(file), parsed.GetValue(newsletter), cancellationToken));
        return verb;
    }

    private static async Task<int> RunAsync(string file, string? slug, CancellationToken cancellationToken)
    {
        await using var services = await CliConfiguration.ServicesAsync(CliConfiguration.Read(), cancellationToken);
        await using var database = await services.GetRequiredService<IDbContextFactory<DigestDbContext>>().CreateDbContextAsync(cancellationToken);
        var newsletter = await VerbOptions.FindNewsletterAsync(database, slug, cancellationToken);
        using var csv = Open(file);
        var name = file == "-" ? "standard input" : file;
        var result = await services.GetRequiredService<ImportSubscribers>().RunAsync(newsletter.Id, csv, name, cancellationToken);
        Console.Out.WriteLine($"{newsletter.Slug}: {result.Added} added, {result.Unchanged} already known and left as they are, "
            + $"{result.Suppressed} suppressed and not taken.");
        return 0;
    }

    private static StreamReader Open(string file)
    {
        // A file in another encoding is refused: an address with replaced letters would be somebody else's.
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        try
        {
            return file == "-" ? new StreamReader(Console.OpenStandardInput(), utf8) : new StreamReader(file, utf8);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new VerbException($"The file {file} cannot be read: {error.Message}");
        }
    }
}
