using System.Globalization;
using Digest.Smtp;

namespace Digest.Deliveries;

/// <summary>One limit on the messages of all workers together.</summary>
/// <param name="Key">Its row.</param>
/// <param name="Capacity">Messages at once.</param>
/// <param name="PerSecond">Messages that each second adds; 0 for a share that does not come back.</param>
public sealed record Budget(string Key, double Capacity, double PerSecond)
{
    /// <summary>
    /// Claims of one worker that may be counted under a pace and wait for a lane: two seconds' worth, enough for lanes to find the
    /// next while the last are looked after. They go out at once when a relay that hung answers, on top of what is claimed then: so
    /// no minute sees more than the limit, what three seconds allow (or three messages) and a message a connection. A day's share
    /// has no pace.
    /// </summary>
    public int MayWait => PerSecond > 0 ? (int)(2 * Capacity) : int.MaxValue;

    /// <summary>An even pace (checklist D4): what one second allows, or one message, and never a minute's worth at once.</summary>
    public static Budget PerMinute(string key, int messages) => new(key, Math.Max(1, messages / 60.0), messages / 60.0);

    /// <summary>What a relay's warm-up allows on this day; none without one.</summary>
    public static Budget? OfDay(Relay relay, DateOnly day) => relay.Settings.WarmUp?.CapOn(day) is { } cap
        ? new($"relay:{relay.Name}:{day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}", cap, PerSecond: 0)
        : null;

    /// <summary>The key of the day's share among these; none without one.</summary>
    public static string? KeyOfDay(IReadOnlyList<Budget> budgets) => budgets.FirstOrDefault(budget => budget.PerSecond == 0)?.Key;

    /// <summary>What limits a relay on this day; none when nothing does.</summary>
    public static IReadOnlyList<Budget> Of(Relay relay, DateOnly day)
    {
        var budgets = new List<Budget>(2);
        if (OfDay(relay, day) is { } share)
        {
            budgets.Add(share);
        }

        if (relay.Settings.MessagesPerMinute is { } messages)
        {
            budgets.Add(PerMinute($"relay:{relay.Name}", messages));
        }

        return budgets;
    }

    /// <summary>What the operator allows an issue.</summary>
    public static IReadOnlyList<Budget> Of(SendingIssue issue) =>
        issue.PerMinute is { } messages ? [PerMinute($"issue:{issue.Id}", messages)] : [];
}
