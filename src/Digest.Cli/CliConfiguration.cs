using Digest.Cli.Demo;
using Digest.Data;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Digest.Cli;

/// <summary>
/// Where an operator verb reads its settings: environment variables first, then <c>digest.json</c> in the working
/// directory; and when neither names a database, the demo of this checkout, so that <c>./digest preview</c> works beside it.
/// </summary>
internal static class CliConfiguration
{
    public static IConfigurationRoot Read()
    {
        var own = ReadOwn();
        // All or nothing: with another database the demo's secrets would hash and sign what only its own match.
        var namesDatabase = own.GetConnectionString(DataRoom.ConnectionStringName) is not null;
        IsOfDemo = !namesDatabase && File.Exists(DemoHome.SettingsFile);
        return namesDatabase
            ? own
            : new ConfigurationBuilder().AddJsonFile(DemoHome.SettingsFile, optional: true).AddConfiguration(own).Build();
    }

    /// <summary>
    /// Whether this process works on the demo's database, as no other is named; kept from <see cref="Read"/>, as it is asked when
    /// something failed, which may be the file it would be read from.
    /// </summary>
    public static bool IsOfDemo { get; private set; }

    /// <summary>Without the demo's.</summary>
    public static IConfigurationRoot ReadOwn() => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(Environment.CurrentDirectory, Settings.SettingsFile.Name), optional: true)
        .AddEnvironmentVariables()
        .Build();

    /// <summary>
    /// The library's rooms over these settings, on the database's clock as a worker is: what an operator decides or writes by the
    /// hour means the same hour to everybody, whatever the clock of their own machine says.
    /// </summary>
    /// <param name="configuration">From <see cref="Read"/>.</param>
    /// <param name="cancellationToken">Stops the look at the clock.</param>
    /// <param name="more">Rooms beside those of <see cref="DigestRooms.AddDigest"/>.</param>
    public static async Task<ServiceProvider> ServicesAsync(
        IConfiguration configuration, CancellationToken cancellationToken, Action<IServiceCollection>? more = null)
    {
        var services = Services(configuration, rooms =>
        {
            more?.Invoke(rooms);
            rooms.AddDatabaseTime();
        });
        try
        {
            await services.GetRequiredService<DatabaseTime>().MeasureAsync(cancellationToken);
            return services;
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }
    }

    /// <summary>The library's rooms over these settings, on this machine's clock. Each setting is checked when a verb first needs it.</summary>
    /// <param name="configuration">From <see cref="Read"/>.</param>
    /// <param name="more">Rooms beside those of <see cref="DigestRooms.AddDigest"/>.</param>
    public static ServiceProvider Services(IConfiguration configuration, Action<IServiceCollection>? more = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration);
        services.AddLogging(logging => logging
            .SetMinimumLevel(LogLevel.Warning)
            // A failed command ends in one sentence on stderr; its SQL before it helps nobody.
            .AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Critical)
            // What goes wrong with a feed, an issue or a draft is the verb's own answer.
            .AddFilter("Digest.Stories", LogLevel.Error)
            .AddFilter("Digest.Issues", LogLevel.Error)
            .AddSimpleConsole(console => console.SingleLine = true)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        services.AddDigest(configuration);
        more?.Invoke(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
    }
}
