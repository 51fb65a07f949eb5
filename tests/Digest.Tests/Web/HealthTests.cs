using System.Net;
using Digest.TestKit;
using Digest.Web;
using Shouldly;
using Xunit;

namespace Digest.Tests.Web;

public sealed class HealthTests
{
    [Fact]
    public async Task A_migrated_database_is_healthy()
    {
        await using var site = await PublicSite.StartAsync();

        (await site.GetAsync("/alive")).Status.ShouldBe(HttpStatusCode.OK);
        var health = await site.GetAsync("/health");
        health.Status.ShouldBe(HttpStatusCode.OK);
        health.Headers["Cache-Control"].ShouldBe("no-store");
    }

    [Fact]
    public async Task A_database_of_another_version_is_not_healthy_and_the_answer_says_what_to_do()
    {
        await using var site = await PublicSite.StartAsync();

        await AnswersAsync("update digest.__migrations set migration_id = '29990101000000_Later' where migration_id like '%_Initial'", "ahead");
        await AnswersAsync("delete from digest.__migrations", "behind");
        await AnswersAsync("drop table digest.__migrations", "never been migrated");

        async Task AnswersAsync(string sql, string words)
        {
            await site.Database.ExecuteAsync(sql);
            var health = await site.GetAsync("/health");
            health.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
            health.Text.ShouldContain(words);
        }
    }

    [Fact]
    public async Task Without_a_database_the_process_is_alive_and_not_healthy()
    {
        await using var site = await TestApp.StartAsync(
            builder => builder.AddDigestWeb(),
            app => app.MapDigestWeb(),
            TestSettings.Values("Host=127.0.0.1;Port=1;Database=none;Username=secret-user;Password=secret"));
        using var client = site.BareClient();

        var health = await client.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);

        (await client.GetAsync(new Uri("/alive", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        health.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await health.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldNotContain("secret");
    }
}
