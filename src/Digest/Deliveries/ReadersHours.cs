using System.Globalization;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Operators;
using Digest.Subscribers;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// Finds the waves of an issue: the newsletter's hour on the Monday of each zone that its readers chose, where the schedule
/// says so. What a clock change does to that hour is the newsletter's own rule (docs/decisions/0007).
/// </summary>
public sealed partial class ReadersHours(NpgsqlDataSource dataSource, AlertBook alerts, ILogger<ReadersHours> logger)
{
    public const string UnknownZones = "unknown-zones";

    private const int NamedZones = 5;

    private const string Statement = """
        select time_zone, count(*)::int from digest.subscribers
        where newsletter_id = $1 and state = 'confirmed' and time_zone is not null
        group by time_zone
        """;

    public async Task<Waves> ReadAsync(Newsletter newsletter, Week week, CancellationToken cancellationToken)
    {
        var own = NewsletterCalendar.Of(newsletter).DueAt(week);
        var readers = newsletter.Schedule.ReadersHour ? await CountAsync(newsletter.Id, cancellationToken) : [];
        return new Waves(
            own,
            [.. readers.Where(zone => TimeZones.IsKnown(zone.Key)).Select(zone => new Wave(zone.Key, HourIn(zone.Key, newsletter, week), zone.Value))],
            readers.Where(zone => !TimeZones.IsKnown(zone.Key)).ToDictionary());
    }

    /// <summary>Who got the newsletter's hour instead of their own is told to the operator; and that it is over, when it is.</summary>
    public async Task TellAsync(Newsletter newsletter, Waves waves, CancellationToken cancellationToken)
    {
        if (waves.Unknown.Count == 0)
        {
            await alerts.ClearAsync(UnknownZones, newsletter.Id, issueId: null, cancellationToken);
            return;
        }

        var readers = waves.Unknown.Values.Sum();
        LogUnknown(newsletter.Id, readers, waves.Unknown.Count);
        await alerts.RaiseAsync(
            UnknownZones, newsletter.Id, issueId: null,
            string.Create(CultureInfo.InvariantCulture, $"{newsletter.Name}: {readers} readers chose a time zone that the worker's machine does not know ")
            + $"({string.Join(", ", waves.Unknown.Keys.Order(StringComparer.Ordinal).Take(NamedZones))}); they get the issue at the newsletter's own hour.",
            "Install the current time zone data (tzdata) on that machine; the next issue then keeps their hour.",
            cancellationToken);
    }

    private async Task<Dictionary<string, int>> CountAsync(long newsletterId, CancellationToken cancellationToken)
    {
        var readers = new Dictionary<string, int>();
        await using var command = dataSource.CreateCommand(Statement);
        command.Parameters.Add(new() { Value = newsletterId });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            readers.Add(rows.GetString(0), rows.GetInt32(1));
        }

        return readers;
    }

    private static DateTimeOffset HourIn(string zone, Newsletter newsletter, Week week) =>
        new NewsletterCalendar(TimeZoneInfo.FindSystemTimeZoneById(zone), newsletter.Schedule).DueAt(week);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Newsletter {NewsletterId}: {Readers} readers in {Zones} unknown time zones get its own hour.")]
    private partial void LogUnknown(long newsletterId, int readers, int zones);
}
