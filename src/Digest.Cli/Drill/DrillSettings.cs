using System.Globalization;
using System.Security.Cryptography;

namespace Digest.Cli.Drill;

/// <summary>
/// Settings made for one drill. None of the installation's is taken over but the server of its database: its keys sign
/// nothing here, and its relays are not known to the drill's workers, so no mail can leave the machine.
/// </summary>
internal static class DrillSettings
{
    public const string Database = "ConnectionStrings:Digest";

    /// <param name="connectionString">The scratch database.</param>
    /// <param name="connections">Of each worker.</param>
    /// <returns>All but the port of the relay, which each worker has for itself.</returns>
    public static Dictionary<string, string?> Make(string connectionString, int connections) => new()
    {
        [Database] = connectionString,
        ["Digest:PublicUrl"] = "http://localhost",
        ["Digest:Tokens:Keys:0:Id"] = "1",
        ["Digest:Tokens:Keys:0:Secret"] = Secret(),
        ["Digest:Tokens:AddressSecret"] = Secret(),
        ["Digest:Smtp:Host"] = "127.0.0.1",
        ["Digest:Smtp:Security"] = "None",
        ["Digest:Smtp:LocalDomain"] = "digest.example.com",
        ["Digest:Smtp:Connections"] = connections.ToString(CultureInfo.InvariantCulture),
        // So that a dead worker's claims are taken over within seconds, and a living one on a busy machine is not taken for dead.
        ["Digest:Sending:HeartbeatSeconds"] = "1",
        ["Digest:Sending:LapseSeconds"] = "10",
        ["Digest:Sending:ReconnectSeconds"] = "1",
        ["Logging:LogLevel:Default"] = "Warning",
    };

    /// <summary>Whether a host would read a setting of ours from this environment variable.</summary>
    public static bool IsSetting(string variable)
    {
        var name = variable.Replace("__", ":", StringComparison.Ordinal);
        // A host also reads what begins with these, without them.
        foreach (var prefix in (string[])["DOTNET_", "ASPNETCORE_"])
        {
            name = name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? name[prefix.Length..] : name;
        }

        return name.StartsWith("Digest:", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("ConnectionStrings:", StringComparison.OrdinalIgnoreCase);
    }

    private static string Secret() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
