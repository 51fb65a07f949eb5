using Digest.Data;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Digest.TestKit;

/// <summary>A migrated database that test databases are cloned from; made once in a test process.</summary>
internal sealed class DatabaseTemplate
{
    public static readonly DatabaseTemplate Migrated = new(withHangfire: false);

    public static readonly DatabaseTemplate WithHangfire = new(withHangfire: true);

    private readonly bool withHangfire;
    private readonly Lazy<Task<string>> name;

    private DatabaseTemplate(bool withHangfire)
    {
        this.withHangfire = withHangfire;
        name = new Lazy<Task<string>>(MakeAsync);
    }

    public async Task CloneAsync(string database) =>
        await TestCluster.ExecuteAsync($"create database {database} template {await name.Value}");

    private async Task<string> MakeAsync()
    {
        var template = $"digest_template_{Guid.NewGuid():N}";
        await TestCluster.ExecuteAsync($"create database {template}");
        await MigrateAsync(await TestCluster.ConnectionStringAsync(template), withHangfire);
        NpgsqlConnection.ClearAllPools();
        // Nobody may connect: a session on the template would make the next clone fail.
        await TestCluster.ExecuteAsync($"alter database {template} allow_connections false");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Drop(template);
        return template;
    }

    public static async Task MigrateAsync(string connectionString, bool withHangfire)
    {
        await using var services = Services(connectionString);
        await services.GetRequiredService<SchemaMigrator>().MigrateAsync(_ => { }, CancellationToken.None, withHangfire);
    }

    private static ServiceProvider Services(string connectionString) => new ServiceCollection()
        .AddLogging()
        .AddData(new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:Digest", connectionString)]).Build())
        .BuildServiceProvider();

    /// <summary>On a server that outlives us; our own is deleted as a whole, perhaps before this.</summary>
    private static void Drop(string template)
    {
        if (Environment.GetEnvironmentVariable("DIGEST_TEST_PG") is { Length: > 0 })
        {
            Task.Run(() => TestCluster.ExecuteAsync($"drop database {template}")).GetAwaiter().GetResult();
        }
    }
}
