using System.Globalization;
using CsvHelper;
using Digest.Settings;

namespace Digest.Subscribers;

/// <summary>One row of an import, checked.</summary>
internal sealed record SubscriberRow(
    int Line, EmailAddress Address, SubscriberState State, string? TimeZone, string[] Topics, DateTimeOffset? ConfirmedAt)
{
    /// <summary>The row the reader stands on, or none when it added to the problems.</summary>
    /// <param name="csv">Where it stands.</param>
    /// <param name="topics">Keys that readers may choose from; without any, topics are free words.</param>
    /// <param name="now">Nobody confirmed later.</param>
    /// <param name="problems">What is wrong is added here.</param>
    public static SubscriberRow? Read(CsvReader csv, IReadOnlyCollection<string> topics, DateTimeOffset now, ImportProblems problems)
    {
        var before = problems.Count;
        if (csv.FieldCount != csv.Headers.Count)
        {
            problems.Add(csv.LineNumber, null,
                $"This row has {csv.FieldCount} fields and the header {csv.Headers.Count}; put a field that holds a comma in quotes.");
            return null;
        }

        var address = EmailAddress.Parse(Field(csv, "address"), out var problem);
        if (address is null)
        {
            problems.Add(csv.LineNumber, "address", problem);
        }

        var state = ReadState(csv, problems);
        var zone = ReadTimeZone(csv, problems);
        var confirmedAt = ReadConfirmedAt(csv, now, problems);
        var chosen = ReadTopics(csv, topics, problems);
        return problems.Count == before
            ? new SubscriberRow((int)csv.LineNumber, address!, state, zone, chosen, confirmedAt)
            : null;
    }

    private static SubscriberState ReadState(CsvReader csv, ImportProblems problems)
    {
        var text = Field(csv, "state");
        switch (text?.ToLowerInvariant())
        {
            case null or "confirmed":
                return SubscriberState.Confirmed;
            case "pending":
                return SubscriberState.Pending;
            case "unsubscribed":
                return SubscriberState.Unsubscribed;
            default:
                problems.Add(csv.LineNumber, "state", $"'{text}' is no state; write confirmed, pending or unsubscribed.");
                return default;
        }
    }

    private static string? ReadTimeZone(CsvReader csv, ImportProblems problems)
    {
        var zone = Field(csv, "time_zone");
        if (zone is not null && !TimeZones.IsKnown(zone))
        {
            problems.Add(csv.LineNumber, "time_zone", $"'{zone}' is no IANA time zone such as Europe/Berlin.");
        }

        return zone;
    }

    private static DateTimeOffset? ReadConfirmedAt(CsvReader csv, DateTimeOffset now, ImportProblems problems)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (Field(csv, "confirmed_at") is not { } text)
        {
            return null;
        }

        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var instant))
        {
            problems.Add(csv.LineNumber, "confirmed_at", $"'{text}' is no instant such as 2026-01-31T09:30:00Z.");
        }
        else if (instant > now)
        {
            problems.Add(csv.LineNumber, "confirmed_at", $"'{text}' lies in the future.");
        }

        return instant;
    }

    private static string[] ReadTopics(CsvReader csv, IReadOnlyCollection<string> known, ImportProblems problems)
    {
        string[] written = [.. (Field(csv, "topics") ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()];
        foreach (var topic in known.Count > 0 ? written : [])
        {
            if (FieldChecks.OneOf(known, "topic of this newsletter")(topic) is { } wrong)
            {
                problems.Add(csv.LineNumber, "topics", wrong);
            }
        }

        return written;
    }

    private static string? Field(CsvReader csv, string name) =>
        csv.TryGetFieldIndex(name, out var index) && csv.GetString(index).Trim() is { Length: > 0 } text ? text : null;
}
