using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Digest.TestKit;

/// <summary>The library's rooms over a test database, with a clock that only the test moves.</summary>
public static class TestServices
{
    /// <param name="database">Its database.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="smtpPort">Port of a mailbox server; sending is added when it is given.</param>
    /// <param name="settings">Settings beside or instead of <see cref="TestSettings"/>.</param>
    /// <param name="configure">Adds or replaces services.</param>
    public static ServiceProvider Build(
        TestDatabase database,
        FakeTimeProvider time,
        int? smtpPort = null,
        IReadOnlyDictionary<string, string?>? settings = null,
        Action<IServiceCollection>? configure = null)
    {
        var values = TestSettings.Values(database.ConnectionString, smtpPort ?? 2525);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).AddInMemoryCollection(settings ?? values).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton<TimeProvider>(time);
        services.AddLogging();
        services.AddDigest(configuration);
        if (smtpPort is not null)
        {
            services.AddDigestSending();
        }

        configure?.Invoke(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
    }
}
