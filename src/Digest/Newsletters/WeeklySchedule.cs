namespace Digest.Newsletters;

/// <summary>When a newsletter's week is assembled and sent, as local times in its zone.</summary>
public sealed record WeeklySchedule
{
    /// <summary>Local time on the Sunday before the Monday: the content window closes and the issue is assembled.</summary>
    public TimeOnly AssembleAt { get; init; } = new(16, 0);

    /// <summary>Local time on the Monday at which the deliveries become due.</summary>
    public TimeOnly SendAt { get; init; } = new(7, 0);

    /// <summary>
    /// A reader who chose a time zone gets the issue at <see cref="SendAt"/> on the Monday of that zone, the others at the
    /// newsletter's.
    /// </summary>
    public bool ReadersHour { get; init; }

    /// <summary>
    /// Local time on the Monday by which everybody should have been tried once; none when nobody asks. Where readers have
    /// their own hour, the time in their zone. Nothing is done about it but to forecast and to tell.
    /// </summary>
    public TimeOnly? FinishBy { get; init; }

    /// <summary>A run this many hours late still sends; a later one marks the issue missed. 0 to 120.</summary>
    public int LatenessHours { get; init; } = 12;

    /// <summary>Hours after which a delivery that nobody accepted expires: a stale digest is worse than none. 1 to 120.</summary>
    public int ExpiryHours { get; init; } = 48;
}
