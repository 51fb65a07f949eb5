using System.Globalization;

namespace Digest.Issues;

/// <summary>A week, named by its Monday. What instants it spans depends on a newsletter; see <see cref="NewsletterCalendar"/>.</summary>
public readonly record struct Week
{
    /// <exception cref="ArgumentException"><paramref name="monday"/> is no Monday.</exception>
    public Week(DateOnly monday)
    {
        if (monday.DayOfWeek != DayOfWeek.Monday)
        {
            throw new ArgumentException($"A week is named by its Monday; {monday:yyyy-MM-dd} is a {monday.DayOfWeek}.", nameof(monday));
        }

        Monday = monday;
    }

    public DateOnly Monday { get; }

    public Week Next => new(Monday.AddDays(7));

    public Week Previous => new(Monday.AddDays(-7));

    /// <summary>The week that a local day belongs to.</summary>
    public static Week Of(DateOnly day) => new(day.AddDays(-(((int)day.DayOfWeek + 6) % 7)));

    /// <summary>The Monday as yyyy-MM-dd.</summary>
    public override string ToString() => Monday.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
