using Digest.Data;
using Digest.TestKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Shouldly;
using Xunit;

namespace Digest.Tests.Data;

/// <summary>Migrating by verb, and hosts that refuse a database they do not fit (docs/decisions/0006).</summary>
public sealed class SchemaTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_migrations_at_once_of_an_empty_database_apply_each_step_once()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var services = Services(database.ConnectionString);
        var steps = new System.Collections.Concurrent.ConcurrentBag<string>();

        var applied = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ =>
            services.GetRequiredService<SchemaMigrator>().MigrateAsync(steps.Add, Token)));

        steps.ShouldBeUnique();
        steps.ShouldContain("the schema of Hangfire");
        applied.Sum().ShouldBe(steps.Count - 1);
        await GuardAsync(services);
    }

    [Fact]
    public async Task A_database_that_is_behind_stops_the_start_with_the_verb_to_run()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var services = Services(database.ConnectionString);

        var refused = await Should.ThrowAsync<SchemaException>(() => GuardAsync(services));

        refused.Message.ShouldStartWith("The database is behind this program");
        refused.Message.ShouldEndWith("run `digest migrate`.");
    }

    [Fact]
    public async Task A_database_without_the_schema_of_Hangfire_stops_the_start()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var services = Services(database.ConnectionString);

        (await Should.ThrowAsync<SchemaException>(() => GuardAsync(services))).Message.ShouldContain("Hangfire; run `digest migrate`");
    }

    [Fact]
    public async Task A_database_that_is_ahead_is_neither_started_on_nor_migrated()
    {
        await using var database = await TestDatabase.CreateAsync(withHangfire: true);
        await database.ExecuteAsync("insert into digest.__migrations (migration_id, product_version) values ('29990101000000_FromTheFuture', '99')");
        await using var services = Services(database.ConnectionString);

        const string Sentence = "This program is older than the database, which has the migration 29990101000000_FromTheFuture; start the newer version.";
        (await Should.ThrowAsync<SchemaException>(() => GuardAsync(services))).Message.ShouldBe(Sentence);
        (await Should.ThrowAsync<SchemaException>(() => services.GetRequiredService<SchemaMigrator>().MigrateAsync(_ => { }, Token))).Message.ShouldBe(Sentence);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_named_by_host_port_and_name_and_never_by_its_password()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var server = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var noServer = new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = 1, Database = "digest", Username = "digest", Password = "hunter2" };
        var noDatabase = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = "nowhere" };

        await using (var services = Services(noServer.ConnectionString))
        {
            var message = (await Should.ThrowAsync<SchemaException>(() => GuardAsync(services))).Message;
            message.ShouldContain("'digest' at 127.0.0.1:1 cannot be used (Connection refused)");
            message.ShouldNotContain("hunter2");
        }

        await using (var services = Services(noDatabase.ConnectionString))
        {
            (await Should.ThrowAsync<SchemaException>(() => GuardAsync(services))).Message
                .ShouldContain($"at {server.Host}:{server.Port} cannot be used (database \"nowhere\" does not exist)");
        }
    }

    private static Task GuardAsync(IServiceProvider services) =>
        services.GetServices<IHostedService>().OfType<SchemaGuard>().Single().StartingAsync(Token);

    private static ServiceProvider Services(string connectionString)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:Digest", connectionString)]).Build();
        return new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddData(configuration).AddSchemaGuard().BuildServiceProvider();
    }
}
