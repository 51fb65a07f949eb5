using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Digest.Data;
using Digest.Feedback;
using Digest.Issues;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>What readers said, for a spreadsheet or a script; and an address taken out of it.</summary>
internal static class TakesVerb
{
    public static Command Create()
    {
        var newsletter = VerbOptions.Newsletter();
        var week = VerbOptions.Issue();
        week.Description = "Only the issue of this Monday, as yyyy-MM-dd: what was said under it and, each with its story, under its stories.";
        var file = new Option<string?>("--out") { Description = "File to write; standard output when left out.", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "Write one JSON array, every word as it was typed." };
        var verb = new Command("takes", "Export what readers said as CSV, the newest first.") { newsletter, week, file, json, Forget() };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = await CliConfiguration.ServicesAsync(CliConfiguration.Read(), cancellationToken);
            var lines = await ReadAsync(services, parsed.GetValue(newsletter), parsed.GetValue(week), cancellationToken);
            await WriteAsync(lines, parsed.GetValue(file), parsed.GetValue(json), cancellationToken);
            return 0;
        });
        return verb;
    }

    private static Command Forget()
    {
        var address = new Argument<string>("ADDRESS") { Description = "The address; in capitals or not." };
        var verb = new Command("forget", "Take an address out of every take of every newsletter; what was said stays.") { address };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = await CliConfiguration.ServicesAsync(CliConfiguration.Read(), cancellationToken);
            var count = await services.GetRequiredService<ForgetTakeAddresses>().ForAsync(parsed.GetRequiredValue(address), cancellationToken);
            Console.Out.WriteLine(count switch
            {
                0 => "No take has this address; nothing changed.",
                1 => "One take lost its address.",
                _ => $"{count} takes lost their address.",
            });
            return 0;
        });
        return verb;
    }

    private static async Task<IReadOnlyList<TakeLine>> ReadAsync(
        ServiceProvider services, string? slug, DateOnly? week, CancellationToken cancellationToken)
    {
        if (week is { } monday)
        {
            var (sender, issue) = await FindAsync(services, slug, monday, cancellationToken);
            return await services.GetRequiredService<TakeBook>().ReadAsync(new TakeFilter(sender.Id, issue.Id, WithItsStories: true), 0, null, cancellationToken);
        }

        await using var database = await services.GetRequiredService<IDbContextFactory<DigestDbContext>>().CreateDbContextAsync(cancellationToken);
        var newsletter = await VerbOptions.FindNewsletterAsync(database, slug, cancellationToken);
        return await services.GetRequiredService<TakeBook>().ReadAsync(new TakeFilter(newsletter.Id), 0, null, cancellationToken);
    }

    /// <exception cref="VerbException">There is no such newsletter or issue: nobody can have said a word about it.</exception>
    private static async Task<(Newsletter Newsletter, Issue Issue)> FindAsync(
        ServiceProvider services, string? slug, DateOnly monday, CancellationToken cancellationToken)
    {
        await using var database = await services.GetRequiredService<IDbContextFactory<DigestDbContext>>().CreateDbContextAsync(cancellationToken);
        var newsletter = await VerbOptions.FindNewsletterAsync(database, slug, cancellationToken);
        return (newsletter, await database.Issues.OfWeek(newsletter.Id, new Week(monday)).AsNoTracking().SingleOrDefaultAsync(cancellationToken)
            ?? throw new VerbException($"'{newsletter.Slug}' has no issue for the week of {monday:yyyy-MM-dd}, so nobody took it up; leave --issue out for every take."));
    }

    private static async Task WriteAsync(IReadOnlyList<TakeLine> lines, string? file, bool asJson, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            await WriteAsync(lines, Console.Out, asJson, cancellationToken);
            return;
        }

        try
        {
            // With its mark, by which a spreadsheet knows UTF-8; a JSON file must not have one (RFC 8259 section 8.1).
            await using var writer = new StreamWriter(file, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: !asJson));
            await WriteAsync(lines, writer, asJson, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new VerbException($"The file {file} cannot be written: {error.Message.TrimEnd('.')}; name another with --out.");
        }

        Console.Error.WriteLine($"{Counted.Of(lines.Count, "take is", "takes are")} in {file}.");
    }

    private static Task WriteAsync(IReadOnlyList<TakeLine> lines, TextWriter target, bool asJson, CancellationToken cancellationToken) => asJson
        ? target.WriteLineAsync(JsonSerializer.Serialize(lines.Select(Plain), JsonSerializerOptions.Web).AsMemory(), cancellationToken)
        : TakeCsv.WriteAsync(lines, target);

    private static object Plain(TakeLine line) => new
    {
        at = line.Take.CreatedAt,
        week = line.Week?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        story = line.StorySlug,
        rating = line.Take.Rating is { } rating ? SnakeCase.Of(rating) : null,
        line.Take.Text,
        line.Take.Address,
        line.Take.SeenAt,
    };
}
