using Digest.Issues;
using Digest.Newsletters;

namespace Digest.Deliveries;

/// <summary>The readers who chose one time zone, and when the newsletter's hour comes to it.</summary>
public sealed record Wave(string Zone, DateTimeOffset DueAt, int Readers);

/// <summary>When an issue is due for whom.</summary>
/// <param name="Own">The newsletter's own hour, for every reader without a zone.</param>
/// <param name="Zones">One wave a zone in use; none where the newsletter's hour is everybody's.</param>
/// <param name="Unknown">Zones that this machine does not know, with their readers: they get the newsletter's own hour.</param>
public sealed record Waves(DateTimeOffset Own, IReadOnlyList<Wave> Zones, IReadOnlyDictionary<string, int> Unknown)
{
    /// <summary>The hour that comes first.</summary>
    public DateTimeOffset First => Zones.Select(wave => wave.DueAt).Append(Own).Min();

    /// <summary>Everybody at this instant.</summary>
    public static Waves AtOnce(DateTimeOffset instant) => new(instant, [], new Dictionary<string, int>());

    /// <summary>The same, but for whom it would have been earlier.</summary>
    public Waves NotBefore(DateTimeOffset instant) => this with
    {
        Own = Later(Own, instant),
        Zones = [.. Zones.Select(wave => wave with { DueAt = Later(wave.DueAt, instant) })],
    };

    /// <summary>The instant at which the last of the zones shows this time on the Monday.</summary>
    public DateTimeOffset LastAt(Newsletter newsletter, Week week, TimeOnly localTime) => Zones
        .Select(wave => TimeZoneInfo.FindSystemTimeZoneById(wave.Zone)).Append(newsletter.Zone)
        .Max(zone => new LocalClock(zone).InstantOf(week.Monday, localTime));

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
