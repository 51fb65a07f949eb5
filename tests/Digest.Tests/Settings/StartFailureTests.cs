using System.Net;
using System.Net.Sockets;
using Digest.Data;
using Digest.Settings;
using Digest.TestKit;
using Digest.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Shouldly;
using Xunit;

namespace Digest.Tests.Settings;

public sealed class StartFailureTests
{
    [Fact]
    public async Task Every_wrong_setting_is_told_at_once_a_line_each_with_the_code_for_settings()
    {
        var settings = TestSettings.Values("Host=localhost;Database=digest");
        settings["Digest:PublicUrl"] = "ftp://example.com";
        settings["Digest:Smtp:Port"] = "0";
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddDigest(builder.Configuration);
        builder.Services.AddDigestWorker();
        await using var app = builder.Build();

        var failure = StartFailure.Describe(Should.Throw<Exception>(() => app.ValidateSettings())).ShouldNotBeNull();

        failure.Code.ShouldBe(78);
        var lines = failure.Sentence.Split(Environment.NewLine);
        lines.ShouldContain("Digest:PublicUrl must be an absolute URL such as https://digest.example.com.");
        lines.ShouldContain(line => line.StartsWith("Digest:Smtp:Port", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Digest:Smtp:Port", "abc", "a whole number")]
    [InlineData("Digest:Smtp:Security", "Sometimes", "one of StartTls, Tls, None")]
    [InlineData("Digest:Smtp:WarmUp:FirstDay", "few", "a whole number")]
    [InlineData("Digest:Feeds:AllowPrivateAddresses", "maybe", "true or false")]
    public async Task A_setting_of_the_wrong_kind_is_one_sentence_that_names_it(string name, string value, string kind)
    {
        var settings = TestSettings.Values("Host=localhost;Database=digest");
        settings[name] = value;
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddDigest(builder.Configuration);
        builder.Services.AddDigestWorker();
        await using var app = builder.Build();

        var failure = StartFailure.Describe(Should.Throw<Exception>(() => app.ValidateSettings())).ShouldNotBeNull();

        failure.Code.ShouldBe(78);
        failure.Sentence.ShouldBe($"{name} must be {kind}.");
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://{taken.LocalEndpoint}");
        await using var app = builder.Build();

        var failure = await FailureOfAsync(() => app.StartAsync(TestContext.Current.CancellationToken));

        failure.Code.ShouldBe(69);
        failure.Sentence.ShouldContain($"{taken.LocalEndpoint}: address already in use");
    }

    [Fact]
    public async Task A_database_that_cannot_be_reached_is_told_through_EF_Core_too()
    {
        await using var dataSource = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Database=digest;Username=digest;Password=hunter2");
        var options = new DbContextOptionsBuilder<DigestDbContext>();
        DataRoom.Configure(options, dataSource);
        await using var context = new DigestDbContext(options.Options);

        var failure = await FailureOfAsync(() => context.Newsletters.ToListAsync(TestContext.Current.CancellationToken));

        failure.Code.ShouldBe(69);
        failure.Sentence.ShouldContain("Connection refused");
        failure.Sentence.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task A_verb_on_a_database_nobody_migrated_is_told_to_migrate()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var context = database.NewContext();

        var failure = await FailureOfAsync(() => context.Newsletters.ToListAsync(TestContext.Current.CancellationToken));

        failure.ShouldBe((69, "The database is behind this program (relation \"digest.newsletters\" does not exist); run `digest migrate`."));
    }

    [Fact]
    public void An_error_of_ours_is_not_dressed_up()
    {
        StartFailure.Describe(new InvalidOperationException("a bug")).ShouldBeNull();
        StartFailure.Describe(new AggregateException(new SettingException("wrong"), new InvalidOperationException("a bug"))).ShouldBeNull();
    }

    [Fact]
    public async Task A_failed_start_exits_with_its_code()
    {
        (await HostStart.RunAsync(() => throw new SchemaException("The database is behind."))).ShouldBe(69);
        (await HostStart.RunAsync(() => Task.CompletedTask)).ShouldBe(0);
    }

    private static async Task<(int Code, string Sentence)> FailureOfAsync(Func<Task> start) =>
        StartFailure.Describe(await Should.ThrowAsync<Exception>(start)).ShouldNotBeNull();
}
