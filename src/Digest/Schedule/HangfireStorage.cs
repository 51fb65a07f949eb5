using Digest.Data;
using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.PostgreSql;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Digest.Schedule;

public static class HangfireStorage
{
    /// <summary>Hangfire over the same database: what the web host's dashboard and the worker's server share. Safe to call twice.</summary>
    public static IServiceCollection AddHangfireStorage(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(Connections)))
        {
            return services;
        }

        services.AddSingleton<Connections>();
        // Services of this host instead of Hangfire's statics, which two hosts in one process would share.
        services.AddSingleton<JobStorage>(provider => new PostgreSqlStorage(provider.GetRequiredService<Connections>(), Options()));
        services.AddSingleton<JobActivator>(provider => new AspNetCoreJobActivator(provider.GetRequiredService<IServiceScopeFactory>()));
        services.AddHangfire((provider, hangfire) => hangfire
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings()
            .UseLogProvider(new HangfireLogs(provider.GetRequiredService<ILoggerFactory>()))
            .UseStorage(provider.GetRequiredService<JobStorage>()));
        return services;
    }

    private static PostgreSqlStorageOptions Options() => new()
    {
        SchemaName = HangfireSchema.Name,
        // `digest migrate` does it (docs/decisions/0006); a start without it is refused, not degraded.
        PrepareSchemaIfNecessary = false,
        AllowDegradedModeWithoutStorage = false,
        // Otherwise a job that runs longer than half an hour is fetched a second time.
        UseSlidingInvisibilityTimeout = true,
        // The default of 15 seconds comes on top of the scheduler's own; readers are waiting at seven.
        QueuePollInterval = TimeSpan.FromSeconds(2),
    };

    /// <summary>A pool of its own: Hangfire's polling never waits for a lane's connection, nor a lane for it.</summary>
    private sealed class Connections(IConfiguration configuration) : IConnectionFactory, IDisposable
    {
        private readonly NpgsqlDataSource dataSource = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(DataRoom.ReadConnectionString(configuration)) { ApplicationName = "digest-schedule" });

        public NpgsqlConnection GetOrCreateConnection() => dataSource.CreateConnection();

        public void Dispose() => dataSource.Dispose();
    }
}
