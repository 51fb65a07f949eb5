using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace Digest.TestKit;

/// <summary>Valid settings for a test: fixed secrets, a throw-away DKIM key, loopback URLs.</summary>
public static class TestSettings
{
    /// <summary>Where the public pages are said to be; a <see cref="TestApp"/> puts its own address here.</summary>
    public const string PublicUrl = "https://digest.example.com";

    public const string DkimDomain = "example.com";

    public const string DkimSelector = "test";

    private static readonly Lazy<string> Key = new(() =>
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportPkcs8PrivateKeyPem();
    });

    /// <summary>The private key of this process's DKIM signatures, in PEM.</summary>
    public static string DkimPrivateKey => Key.Value;

    public static Dictionary<string, string?> Values(string connectionString, int smtpPort = 2525) => new()
    {
        ["ConnectionStrings:Digest"] = connectionString,
        ["Digest:PublicUrl"] = PublicUrl,
        ["Digest:Tokens:Keys:0:Id"] = "1",
        ["Digest:Tokens:Keys:0:Secret"] = Secret(1),
        ["Digest:Tokens:AddressSecret"] = Secret(2),
        ["Digest:Smtp:Host"] = "127.0.0.1",
        ["Digest:Smtp:Port"] = smtpPort.ToString(CultureInfo.InvariantCulture),
        ["Digest:Smtp:Security"] = "None",
        ["Digest:Smtp:LocalDomain"] = "digest.example.com",
        ["Digest:Dkim:Domain"] = DkimDomain,
        ["Digest:Dkim:Selector"] = DkimSelector,
        ["Digest:Dkim:PrivateKey"] = DkimPrivateKey,
    };

    public static IConfiguration Build(string connectionString, int smtpPort = 2525) =>
        new ConfigurationBuilder().AddInMemoryCollection(Values(connectionString, smtpPort)).Build();

    private static string Secret(byte filler) => Convert.ToBase64String(Enumerable.Repeat(filler, 32).ToArray());
}
