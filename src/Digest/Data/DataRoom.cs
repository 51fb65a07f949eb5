using Digest.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Digest.Data;

public static class DataRoom
{
    /// <summary>The setting that names the database; an environment variable writes it <c>ConnectionStrings__Digest</c>.</summary>
    public const string ConnectionStringName = "Digest";

    /// <summary>One data source for hand-written SQL and the context alike.</summary>
    /// <exception cref="SettingException">The connection string is missing or is not one.</exception>
    public static IServiceCollection AddData(this IServiceCollection services, IConfiguration configuration)
    {
        var dataSource = new Lazy<NpgsqlDataSource>(() => NpgsqlDataSource.Create(ReadConnectionString(configuration)));
        services.AddSingleton(_ => dataSource.Value);
        services.AddDbContextFactory<DigestDbContext>((provider, options) =>
            Configure(options, provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddSingleton<SchemaMigrator>();
        return services;
    }

    /// <summary>
    /// The host goes by the database's clock instead of its machine's, from its start on: what it does by the hour begins
    /// only when the clock is known. What is no host calls <see cref="DatabaseTime.MeasureAsync"/> itself.
    /// </summary>
    public static IServiceCollection AddDatabaseTime(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(DatabaseTime)))
        {
            return services;
        }

        var machine = services.LastOrDefault(service => service.ServiceType == typeof(TimeProvider))?.ImplementationInstance as TimeProvider;
        services.AddSingleton(provider => new DatabaseTime(machine ?? TimeProvider.System, provider.GetRequiredService<NpgsqlDataSource>()));
        services.RemoveAll<TimeProvider>().AddSingleton<TimeProvider>(provider => provider.GetRequiredService<DatabaseTime>());
        services.AddHostedService<DatabaseTimeKeeper>();
        return services;
    }

    public static void Configure(DbContextOptionsBuilder options, NpgsqlDataSource dataSource) => options
        .UseNpgsql(dataSource, npgsql => npgsql
            .MigrationsAssembly("Digest.Migrations")
            .MigrationsHistoryTable("__migrations", DigestDbContext.Schema))
        .UseSnakeCaseNamingConvention()
        // Each of these is thrown as well, and told by whoever catches it; logged here it is a stack trace before a sentence.
        .ConfigureWarnings(warnings => warnings
            .Ignore(
                RelationalEventId.CommandError,
                RelationalEventId.ConnectionError,
                CoreEventId.QueryIterationFailed,
                CoreEventId.SaveChangesFailed)
            // A host's log is about issues and workers; its every statement is for whoever looks for one.
            .Log((RelationalEventId.CommandExecuted, LogLevel.Debug)));

    /// <exception cref="SettingException">The connection string is missing or is not one.</exception>
    public static string ReadConnectionString(IConfiguration configuration) =>
        ReadConnectionString(configuration.GetConnectionString(ConnectionStringName));

    /// <exception cref="SettingException">The text is missing or is no connection string; it is not repeated, as it may hold a password.</exception>
    public static string ReadConnectionString(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new SettingException("ConnectionStrings:Digest is not set. Set it to the PostgreSQL database, for example "
                + "ConnectionStrings__Digest='Host=localhost;Database=digest;Username=digest'.");
        }

        try
        {
            // What one use sets for its session, a short wait for locks for instance, must not meet the next.
            return new NpgsqlConnectionStringBuilder(text) { ApplicationName = "digest", NoResetOnClose = false }.ConnectionString;
        }
        catch (ArgumentException)
        {
            // The message of the parser may quote the password.
            throw new SettingException("ConnectionStrings:Digest is not a PostgreSQL connection string "
                + "(Host=...;Database=...;Username=...;Password=...).");
        }
    }
}
