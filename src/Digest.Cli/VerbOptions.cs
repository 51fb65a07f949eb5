using System.CommandLine;
using System.Globalization;
using Digest.Data;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Digest.Cli;

/// <summary>Options that several verbs share, so that they read the same everywhere.</summary>
internal static class VerbOptions
{
    public static Option<string?> Newsletter() => new("--newsletter", "-n")
    {
        Description = "Slug of the newsletter; may be left out where there is only one.",
        HelpName = "SLUG",
    };

    public static Option<DateOnly?> Week() => Monday("The Monday that names the week, as yyyy-MM-dd; the current week when left out.", "--week", "-w");

    /// <summary>Of a verb for what is done to an issue on its way.</summary>
    public static Option<DateOnly?> WeekOnItsWay() => Monday(
        "The Monday that names the week, as yyyy-MM-dd; when left out, that of the issue on its way, otherwise the latest that is queued.", "--week", "-w");

    /// <summary>Of a verb for what is done before an issue goes out.</summary>
    public static Option<DateOnly?> WeekToCome() => Monday(
        "The Monday that names the week, as yyyy-MM-dd; when left out, that of the issue that is next to go out, otherwise the current one.", "--week", "-w");

    /// <summary>Of a verb for which no week means every week.</summary>
    public static Option<DateOnly?> Issue() => Monday("Only the issue of this Monday, as yyyy-MM-dd.", "--issue");

    private static Option<DateOnly?> Monday(string description, string name, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "MONDAY",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                result.AddError($"{name} '{text}' is no date; write the Monday as yyyy-MM-dd.");
                return null;
            }

            if (day.DayOfWeek != DayOfWeek.Monday)
            {
                var monday = day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
                result.AddError($"{name} {text} is a {day.DayOfWeek}; a week is named by its Monday, here {monday:yyyy-MM-dd}.");
                return null;
            }

            return day;
        },
    };

    /// <exception cref="VerbException">There is no such newsletter, or there are several and none was named.</exception>
    public static async Task<Newsletter> FindNewsletterAsync(DigestDbContext database, string? slug, CancellationToken cancellationToken)
    {
        var newsletters = await database.Newsletters.AsNoTracking().OrderBy(n => n.Slug).ToListAsync(cancellationToken);
        var known = newsletters.Count == 0 ? "there is none yet; load one with `digest newsletter apply FILE`"
            : $"there are: {string.Join(", ", newsletters.Select(n => n.Slug))}";
        return slug is null
            ? newsletters.Count == 1 ? newsletters[0] : throw new VerbException($"Which newsletter? Name it with --newsletter; {known}.")
            : newsletters.Find(n => n.Slug == slug) ?? throw new VerbException($"There is no newsletter '{slug}'; {known}.");
    }
}
