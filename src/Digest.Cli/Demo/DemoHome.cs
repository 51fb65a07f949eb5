using System.Security.Cryptography;
using System.Text.Json;

namespace Digest.Cli.Demo;

/// <summary>
/// The demo's folder under <c>.digest/</c>: its private cluster, and the settings it made for itself. Kept between runs,
/// so that links mailed by an earlier run still work; deleted by <c>--fresh</c>.
/// </summary>
internal sealed class DemoHome
{
    /// <summary>The launcher names the checkout's folder; started otherwise, it is <c>.digest</c> where the command runs.</summary>
    public static string Root { get; } =
        Environment.GetEnvironmentVariable("DIGEST_HOME") ?? Path.Combine(Environment.CurrentDirectory, ".digest");

    private static readonly string Folder = Path.Combine(Root, "demo");

    public static string SettingsFile { get; } = Path.Combine(Folder, "settings.json");

    public string ClusterDirectory { get; } = Path.Combine(Root, "postgres");

    /// <summary>What the local mailbox has received, one file a message.</summary>
    public string MailDirectory { get; } = Path.Combine(Folder, "mail");

    /// <summary>Reads the demo's settings, or makes them: secrets of its own, a relay on loopback, a login.</summary>
    public Dictionary<string, string?> LoadOrCreateSettings()
    {
        if (File.Exists(SettingsFile))
        {
            return Read();
        }

        using var dkim = RSA.Create(2048);
        var settings = new Dictionary<string, string?>
        {
            ["Digest:Tokens:Keys:0:Id"] = "1",
            ["Digest:Tokens:Keys:0:Secret"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["Digest:Tokens:AddressSecret"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["Digest:Dkim:Domain"] = "example.com",
            ["Digest:Dkim:Selector"] = "demo",
            ["Digest:Dkim:PrivateKey"] = dkim.ExportPkcs8PrivateKeyPem(),
            ["Digest:Smtp:Host"] = "127.0.0.1",
            ["Digest:Smtp:Security"] = "None",
            ["Digest:Smtp:LocalDomain"] = "digest.example.com",
            ["Demo:Operator"] = "operator@example.com",
            ["Demo:Password"] = RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 14),
        };
        Save(settings);
        return settings;
    }

    private static Dictionary<string, string?> Read()
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string?>>(File.ReadAllText(SettingsFile)) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new VerbException($"{SettingsFile} is damaged; run with --fresh to start over.");
        }
    }

    /// <summary>Written beside and moved over, so that a full disk leaves the old file whole; readable by its owner only.</summary>
    public void Save(Dictionary<string, string?> settings)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(SettingsFile)!);
        var draft = SettingsFile + ".new";
        File.WriteAllText(draft, JsonSerializer.Serialize(settings, JsonSerializerOptions.Web));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(draft, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        File.Move(draft, SettingsFile, overwrite: true);
    }

    /// <summary>Settings and mail; the cluster deletes itself.</summary>
    public static void Delete()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
