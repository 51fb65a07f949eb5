using System.ComponentModel.DataAnnotations;

namespace Digest.Smtp;

/// <summary>
/// How a relay that mailbox providers do not know yet is made known to them: few messages on the first day, more each day.
/// Days are UTC.
/// </summary>
public sealed class WarmUpSettings
{
    /// <summary>The first day; any day before it counts as the first.</summary>
    public DateOnly From { get; set; }

    /// <summary>Messages on the first day, over all workers.</summary>
    [Range(1, 10_000_000)]
    public int FirstDay { get; set; }

    /// <summary>Each day's messages over those of the day before.</summary>
    [Range(1.01, 10)]
    public double Growth { get; set; } = 2;

    /// <summary>The warm-up is over on the first day that would allow more messages than this.</summary>
    [Range(1, 100_000_000)]
    public int Until { get; set; }

    /// <returns>Messages on this day; none when the warm-up is over.</returns>
    public int? CapOn(DateOnly day)
    {
        var cap = FirstDay * Math.Pow(Growth, Math.Max(0, day.DayNumber - From.DayNumber));
        return cap > Until ? null : (int)cap;
    }

    internal IEnumerable<string> Problems(string path)
    {
        if (From == default)
        {
            yield return $"{path}:From is not set; write the first day of the warm-up as yyyy-MM-dd.";
        }

        if (FirstDay > 0 && Until > 0 && Until < FirstDay)
        {
            yield return $"{path}:Until is below {path}:FirstDay, so that there is no warm-up; set it to the messages a day that you want to reach.";
        }
    }
}
