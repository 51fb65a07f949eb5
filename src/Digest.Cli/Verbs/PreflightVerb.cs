using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Digest.Data;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Issues.Writer;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Smtp;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>Looks at the frozen issue anew, at the headers it will have, and if asked at the places it links to.</summary>
internal static class PreflightVerb
{
    public static Command Create()
    {
        var (newsletter, week) = (VerbOptions.Newsletter(), VerbOptions.WeekToCome());
        var links = new Option<bool>("--links") { Description = "Also ask every place that the issue links to whether it is there." };
        var json = new Option<bool>("--json") { Description = "Print it as one JSON object." };
        var verb = new Command("preflight", "Say what is wrong with the frozen issue and what to do; exits with 1 when there is an error.")
        {
            newsletter, week, links, json,
        };
        verb.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(newsletter), parsed.GetValue(week), parsed.GetValue(links), parsed.GetValue(json), cancellationToken));
        return verb;
    }

    private static async Task<int> RunAsync(string? slug, DateOnly? week, bool links, bool json, CancellationToken cancellationToken)
    {
        await using var services = await CliConfiguration.ServicesAsync(CliConfiguration.Read(), cancellationToken, rooms => rooms.AddDigestSending());
        var found = await WeekIssue.ToComeAsync(services, slug, week, cancellationToken);
        var (newsletter, issue, _) = found;
        await using var database = await services.GetRequiredService<IDbContextFactory<DigestDbContext>>().CreateDbContextAsync(cancellationToken);
        var contents = await database.IssueContents.AsNoTracking().Where(content => content.IssueId == issue.Id)
            .OrderBy(content => content.Variant).ToListAsync(cancellationToken);
        if (contents.Count == 0)
        {
            throw found.WithoutContent();
        }

        // Whether the words still hold, and what of a subject was cut, is known where they are put in, at the freezing.
        var findings = issue.Preflight.Where(finding => finding.Check is IssueWords.Check or Preflight.OfSubject).ToList();
        foreach (var content in contents)
        {
            var mail = RenderedMail.Of(content);
            findings.AddRange(Preflight.Check(newsletter, mail, content.Variant));
            findings.AddRange(RehearseHeaders.Find(
                services.GetRequiredService<IssueMail>(), services.GetRequiredService<MessageComposer>(), newsletter, issue, mail, content.Variant));
            findings.AddRange(links ? await services.GetRequiredService<DeadLinks>().FindAsync(newsletter, mail, content.Variant, cancellationToken) : []);
        }

        // What every variant shares is said once.
        var once = findings.OrderBy(finding => finding.Severity).DistinctBy(finding => (finding.Check, finding.Finding)).ToList();
        Console.Out.Write(json ? Json(newsletter, issue, once) : Text(found, once));
        return once.Exists(finding => finding.Severity == PreflightSeverity.Error) ? 1 : 0;
    }

    private static string Json(Newsletter newsletter, Issue issue, List<PreflightFinding> found) => JsonSerializer.Serialize(
        new
        {
            newsletter = newsletter.Slug,
            week = new Week(issue.Week).ToString(),
            errors = Count(found, PreflightSeverity.Error),
            warnings = Count(found, PreflightSeverity.Warning),
            findings = found.Select(finding => new
            {
                finding.Check,
                severity = SnakeCase.Of(finding.Severity),
                finding.Finding,
                finding.Remedy,
                finding.Variant,
            }),
        },
        JsonSerializerOptions.Web) + Environment.NewLine;

    private static string Text(WeekIssue of, List<PreflightFinding> found)
    {
        var lines = new List<string>
        {
            $"The issue of {of.Newsletter.Slug}, week {of.Week}: {Counted(found, PreflightSeverity.Error)}, {Counted(found, PreflightSeverity.Warning)}.",
        };
        foreach (var finding in found)
        {
            var variant = finding.Variant.Length > 0 ? $" (variant {finding.Variant})" : "";
            lines.Add($"{SnakeCase.Of(finding.Severity),-8} {finding.Check,-10} {finding.Finding}{variant}");
            lines.Add($"{"",-19} {of.Complete(finding.Remedy)}");
        }

        return string.Join(Environment.NewLine, lines) + Environment.NewLine;
    }

    private static int Count(List<PreflightFinding> found, PreflightSeverity severity) => found.Count(finding => finding.Severity == severity);

    private static string Counted(List<PreflightFinding> found, PreflightSeverity severity) => Count(found, severity) is var count && count == 1
        ? $"1 {SnakeCase.Of(severity)}"
        : string.Create(CultureInfo.InvariantCulture, $"{count} {SnakeCase.Of(severity)}s");
}
