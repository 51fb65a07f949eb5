using System.Globalization;
using System.Security.Cryptography;

namespace Digest.Benchmarks.Cluster;

/// <summary>The settings of an installation, as few as it needs: what is measured is what is delivered.</summary>
internal static class BenchSettings
{
    private static readonly string Secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static readonly Lazy<string> DkimKey = new(() =>
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportPkcs8PrivateKeyPem();
    });

    public static Dictionary<string, string?> Common(string connectionString) => new()
    {
        ["ConnectionStrings:Digest"] = connectionString,
        ["Digest:PublicUrl"] = "https://letters.example.com",
        ["Digest:Tokens:Keys:0:Id"] = "1",
        ["Digest:Tokens:Keys:0:Secret"] = Secret,
        ["Digest:Tokens:AddressSecret"] = Secret,
    };

    /// <param name="connectionString">The database.</param>
    /// <param name="port">The sink.</param>
    /// <param name="connections">Kept connections of the worker.</param>
    /// <param name="signed">With a DKIM signature, rsa-2048.</param>
    public static Dictionary<string, string?> Worker(string connectionString, int port, int connections, bool signed)
    {
        var settings = Common(connectionString);
        settings["Digest:Smtp:Host"] = "127.0.0.1";
        settings["Digest:Smtp:Port"] = port.ToString(CultureInfo.InvariantCulture);
        settings["Digest:Smtp:Security"] = "None";
        settings["Digest:Smtp:LocalDomain"] = "worker.example.com";
        settings["Digest:Smtp:Connections"] = connections.ToString(CultureInfo.InvariantCulture);
        if (signed)
        {
            settings["Digest:Dkim:Domain"] = "example.com";
            settings["Digest:Dkim:Selector"] = "bench";
            settings["Digest:Dkim:PrivateKey"] = DkimKey.Value;
        }

        return settings;
    }
}
