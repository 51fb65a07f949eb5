using System.Globalization;
using System.Text;

namespace Digest.Cli.Demo;

/// <summary>
/// Sample subscribers as an import file: the same ones every time, in several zones and every state, at domains
/// that RFC 2606 reserves.
/// </summary>
internal static class DemoSubscribers
{
    private static readonly string[] Zones =
    [
        "", "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "America/Sao_Paulo",
        "Asia/Kolkata", "Asia/Tokyo", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Nairobi", "Pacific/Auckland",
    ];

    private static readonly string[] Domains = ["example.com", "example.org", "example.net"];

    public static string Csv(int count, DateTimeOffset confirmedAt)
    {
        var csv = new StringBuilder("address,state,time_zone,confirmed_at,topics\n");
        for (var i = 0; i < count; i++)
        {
            // One in twelve has not confirmed, one in fifteen has left; the rest read.
            var state = i % 12 == 7 ? "pending" : i % 15 == 11 ? "unsubscribed" : "confirmed";
            var confirmed = state == "pending" ? "" : confirmedAt.AddHours(-i).ToString("O", CultureInfo.InvariantCulture);
            csv.Append(CultureInfo.InvariantCulture,
                $"reader-{i + 1:0000}@{Domains[i % Domains.Length]},{state},{Zones[i % Zones.Length]},{confirmed},\n");
        }

        return csv.ToString();
    }
}
