using Microsoft.Extensions.Configuration;

namespace Digest.TestKit;

/// <summary>Valid settings for a test: fixed secrets, a throw-away DKIM key, loopback URLs.</summary>
public static class TestSettings
{
    public static Dictionary<string, string?> Values(string connectionString, int smtpPort = 2525) =>
        throw new NotImplementedException($"{connectionString}{smtpPort}");

    public static IConfiguration Build(string connectionString, int smtpPort = 2525) =>
        new ConfigurationBuilder().AddInMemoryCollection(Values(connectionString, smtpPort)).Build();
}
