using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Digest.Data;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Smtp;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>What the ledger says of an issue now, and when it will be over.</summary>
internal static class ProgressVerb
{
    public static Command Create()
    {
        var (newsletter, week) = (VerbOptions.Newsletter(), VerbOptions.WeekOnItsWay());
        var json = new Option<bool>("--json") { Description = "Print it as one JSON object." };
        var verb = new Command("progress", "Count the issue's deliveries by state and say when everybody will have been tried.") { newsletter, week, json };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = await ServicesAsync(CliConfiguration.Read(), cancellationToken);
            var (sender, issue, _) = await WeekIssue.OnItsWayAsync(services, parsed.GetValue(newsletter), parsed.GetValue(week), cancellationToken);
            var progress = await services.GetRequiredService<IssueProgress>().ReadAsync(issue.Id, cancellationToken);
            var forecast = await services.GetRequiredService<IssueForecast>().ReadAsync(issue.Id, cancellationToken);
            Console.Out.Write(parsed.GetValue(json) ? Json(sender, issue, progress, forecast) : Text(sender, issue, progress, forecast));
            return 0;
        });
        return verb;
    }

    /// <summary>With the relays, where they are set, as what a warm-up leaves for a day is part of the outlook.</summary>
    private static Task<ServiceProvider> ServicesAsync(IConfiguration configuration, CancellationToken cancellationToken) => CliConfiguration.ServicesAsync(
        configuration,
        cancellationToken,
        string.IsNullOrEmpty(configuration[$"{SmtpSettings.Section}:{nameof(SmtpSettings.Host)}"]) ? null : rooms => rooms.AddDigestSending());

    private static string Json(Newsletter newsletter, Issue issue, Progress progress, Forecast? forecast) => JsonSerializer.Serialize(
        new
        {
            newsletter = newsletter.Slug,
            week = new Week(issue.Week).ToString(),
            state = SnakeCase.Of(issue.State),
            progress.Candidates,
            progress.Queued,
            byState = progress.ByState.ToDictionary(pair => SnakeCase.Of(pair.Key), pair => pair.Value),
            excluded = progress.Excluded.ToDictionary(pair => SnakeCase.Of(pair.Key), pair => pair.Value),
            rowsDroppedAt = issue.LedgerDroppedAt,
            forecast,
        },
        JsonSerializerOptions.Web) + Environment.NewLine;

    private static string Text(Newsletter newsletter, Issue issue, Progress progress, Forecast? forecast)
    {
        var lines = new List<string>
        {
            $"The issue of {newsletter.Slug}, week {new Week(issue.Week)}, is {SnakeCase.Of(issue.State)}.",
        };
        if (issue.QueuedAt is null)
        {
            lines.Add("It is not queued: who its candidates are is counted when it is.");
        }
        else
        {
            lines.AddRange([Line("candidates", progress.Candidates), Line("queued", progress.Queued)]);
        }

        lines.AddRange(progress.Excluded.OrderBy(pair => pair.Key).Select(pair => Line("excluded", pair.Value, Words(pair.Key))));
        lines.AddRange(progress.ByState.OrderBy(pair => pair.Key).Select(pair => Line(Words(pair.Key), pair.Value)));
        if (issue.LedgerDroppedAt is { } droppedAt)
        {
            lines.Add($"The rows were dropped on {new LocalClock(newsletter.Zone).Show(droppedAt).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}; these are their totals.");
        }

        if (forecast is not null)
        {
            lines.AddRange(Outlook(forecast, newsletter));
        }

        return string.Join(Environment.NewLine, lines) + Environment.NewLine;
    }

    private static IEnumerable<string> Outlook(Forecast forecast, Newsletter newsletter)
    {
        var clock = new LocalClock(newsletter.Zone);
        string Local(DateTimeOffset instant) => string.Create(CultureInfo.InvariantCulture, $"{clock.Show(instant):ddd yyyy-MM-dd HH:mm} ({newsletter.TimeZone})");
        if (forecast.FinishesAt is { } finishesAt)
        {
            yield return $"Everybody is tried {(forecast.AtTheEarliest ? "at the earliest " : "")}by {Local(finishesAt)}.";
        }

        yield return forecast.Bottleneck;
        if (forecast.FinishBy is { } finishBy)
        {
            yield return $"It should be finished by {Local(finishBy)}: " + forecast.MakesIt switch
            {
                true => "it will be.",
                false => "it will not be.",
                null => "that cannot be said now.",
            };
        }
    }

    private static string Words(ExclusionReason reason) =>
        reason == ExclusionReason.Topics ? "topics: nothing on those they chose" : SnakeCase.Of(reason);

    /// <summary>Every delivery was queued once; this state is of those for which that is all.</summary>
    private static string Words(DeliveryState state) => state == DeliveryState.Queued ? "still queued" : SnakeCase.Of(state).Replace('_', ' ');

    private static string Line(string name, int count, string? reason = null) => string.Create(
        CultureInfo.InvariantCulture, $"{name,-12} {count,9:N0}{(reason is null ? "" : $"  {reason}")}");
}
