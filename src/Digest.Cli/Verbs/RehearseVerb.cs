using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Newsletters;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>Writes the message of every reader into nowhere, and says what came of it.</summary>
internal static class RehearseVerb
{
    public static Command Create()
    {
        var (newsletter, week) = (VerbOptions.Newsletter(), VerbOptions.WeekToCome());
        var json = new Option<bool>("--json") { Description = "Print it as one JSON object." };
        var verb = new Command("rehearse", "Write every reader's message into nowhere; exits with 1 when one cannot be written.") { newsletter, week, json };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = await CliConfiguration.ServicesAsync(CliConfiguration.Read(), cancellationToken, rooms => rooms.AddDigestSending());
            var found = await WeekIssue.ToComeAsync(services, parsed.GetValue(newsletter), parsed.GetValue(week), cancellationToken);
            var rehearsal = await NextStep.OrSayAsync(found, () =>
                services.GetRequiredService<RehearseIssue>().RunAsync(found.Issue.Id, cancellationToken));
            Console.Out.Write(parsed.GetValue(json) ? Json(found.Newsletter, found.Issue, rehearsal) : Text(found.Newsletter, found.Issue, rehearsal));
            return rehearsal.Failed > 0 ? 1 : 0;
        });
        return verb;
    }

    private static string Json(Newsletter newsletter, Issue issue, Rehearsal rehearsal) => JsonSerializer.Serialize(
        new
        {
            newsletter = newsletter.Slug,
            week = new Week(issue.Week).ToString(),
            hash = Convert.ToHexStringLower(rehearsal.ContentHash),
            rehearsal.At,
            rehearsal.Candidates,
            rehearsal.Written,
            rehearsal.Failed,
            rehearsal.Excluded,
            rehearsal.Failures,
            rehearsal.LargestBytes,
            rehearsal.Percentile95Bytes,
            rehearsal.LastWeek,
            rehearsal.PredictedFinish,
            tookSeconds = rehearsal.Took.TotalSeconds,
        },
        JsonSerializerOptions.Web) + Environment.NewLine;

    private static string Text(Newsletter newsletter, Issue issue, Rehearsal rehearsal)
    {
        var lines = new List<string>
        {
            $"The issue of {newsletter.Slug}, week {new Week(issue.Week)}, hash {Convert.ToHexStringLower(rehearsal.ContentHash)[..12]}, "
                + "was written for everybody and sent to nobody.",
            Line("candidates", rehearsal.Candidates, ""),
            Line("written", rehearsal.Written, ""),
            Line("failed", rehearsal.Failed, ""),
            Line("excluded", rehearsal.Excluded, ""),
        };
        lines.AddRange(rehearsal.Failures.Select(failure => $"{"",-10} {failure}"));
        lines.Add(rehearsal.LastWeek is { } last ? Line("last issue", last, "deliveries") : "There is no issue before to compare with.");
        lines.Add(Line("largest", rehearsal.LargestBytes, "bytes on the wire"));
        lines.Add(Line("95 %", rehearsal.Percentile95Bytes, "bytes or less"));
        lines.Add(rehearsal.PredictedFinish is { } finish
            ? "Sent at its hour, everybody is tried by "
                + $"{new LocalClock(newsletter.Zone).Show(finish).ToString("ddd yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} ({newsletter.TimeZone})."
            : "How fast it will go is not known: no issue before this one was sent, and no relay has a limit.");
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"It took {rehearsal.Took.TotalSeconds:0.0} s."));
        return string.Join(Environment.NewLine, lines) + Environment.NewLine;
    }

    private static string Line(string name, int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{name,-10} {count,9:N0}  {what}").TrimEnd();
}
