namespace Digest.Subscribers;

/// <summary>The zones a reader may choose from: IANA ids that this machine knows.</summary>
public static class TimeZones
{
    /// <summary>Region/place ids in order; legacy short names are left out of the choice but remain valid.</summary>
    public static IReadOnlyList<string> Choices { get; } =
    [
        "UTC",
        .. TimeZoneInfo.GetSystemTimeZones()
            .Where(zone => zone.HasIanaId && zone.Id.Contains('/') && !zone.Id.StartsWith("Etc/", StringComparison.Ordinal))
            .Select(zone => zone.Id)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Whether it is an IANA id; a Windows id is none, as PostgreSQL would not know it.</summary>
    public static bool IsKnown(string id) => TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) && zone.HasIanaId && zone.Id == id;
}
