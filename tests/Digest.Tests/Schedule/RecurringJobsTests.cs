using System.Reflection;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Schedule;
using Digest.TestKit;
using Hangfire;
using Hangfire.PostgreSql;
using Hangfire.Storage;
using Hangfire.Storage.Monitoring;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Digest.Tests.Schedule;

/// <summary>Hangfire as the alarm clock (checklist I1, I4, I6, I9).</summary>
public sealed class RecurringJobsTests : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    private TestDatabase database = null!;
    private ServiceProvider services = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync(withHangfire: true);
        services = TestServices.Build(database, time, smtpPort: 2525, configure: services => services.AddScheduleServer());
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task I1_I4_Each_newsletter_has_its_jobs_in_its_own_zone_and_a_late_one_fires_once()
    {
        await database.NewsletterAsync("signal", "Europe/Berlin");
        await database.NewsletterAsync("harbour", "America/New_York");

        await SyncAsync();

        var jobs = Jobs();
        jobs.Keys.ShouldBe(
            [
                "sync-schedule", "poll-feeds", "purge-unconfirmed", "drop-old-ledgers", "forget-take-addresses",
                "assemble-signal", "rehearse-signal", "queue-signal", "catch-up-signal",
                "assemble-harbour", "rehearse-harbour", "queue-harbour", "catch-up-harbour",
            ],
            ignoreOrder: true);
        (jobs["assemble-signal"].Cron, jobs["assemble-signal"].TimeZoneId).ShouldBe(("0 16 * * 0", "Europe/Berlin"));
        (jobs["queue-harbour"].Cron, jobs["queue-harbour"].TimeZoneId).ShouldBe(("0 7 * * 1", "America/New_York"));
        jobs.Values.Select(job => (job.Error ?? "", job.NextExecution is null)).Distinct().ShouldBe([("", false)]);
        jobs.Where(job => job.Value.Job.Queue != RecurringJobs.Queue).Select(job => (job.Key, job.Value.Job.Queue)).ShouldBe(
            [("rehearse-signal", RecurringJobs.RehearsalQueue), ("rehearse-harbour", RecurringJobs.RehearsalQueue)], ignoreOrder: true);
        jobs.Keys.Select(MisfireOf).ShouldAllBe(mode => mode == nameof(MisfireHandlingMode.Relaxed) || mode == "0");
    }

    [Fact]
    public async Task Jobs_follow_a_changed_schedule_and_leave_with_their_newsletter()
    {
        var newsletter = await database.NewsletterAsync();
        var gone = await database.NewsletterAsync("gone");
        await SyncAsync();
        newsletter.Schedule = newsletter.Schedule with { SendAt = new TimeOnly(6, 45) };
        await using (var context = database.NewContext())
        {
            context.Update(newsletter);
            context.Remove(gone);
            await context.SaveChangesAsync(Token);
        }

        await SyncAsync();

        Jobs()["queue-signal"].Cron.ShouldBe("45 6 * * 1");
        Jobs().Keys.ShouldNotContain(id => id.EndsWith("-gone", StringComparison.Ordinal));
    }

    [Fact]
    public void I6_I9_I13_No_default_of_Hangfire_decides()
    {
        foreach (var job in typeof(ScheduledJobs).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        {
            // Read without making the attribute: its constructor asks Hangfire's process-wide logger, which belongs to some other test.
            var retry = job.GetCustomAttributesData().Single(attribute => attribute.AttributeType == typeof(AutomaticRetryAttribute));
            var attempts = retry.NamedArguments.Single(argument => argument.MemberName == nameof(AutomaticRetryAttribute.Attempts));
            ((int)attempts.TypedValue.Value!).ShouldBeLessThanOrEqualTo(3, job.Name);
            // G7: arguments are stored and shown, so they are ids.
            job.GetParameters()[^1].ParameterType.ShouldBe(typeof(CancellationToken));
            job.GetParameters()[..^1].ShouldAllBe(parameter => parameter.ParameterType == typeof(long));
        }

        var options = services.GetRequiredService<JobStorage>().ShouldBeOfType<PostgreSqlStorage>().Options();
        options.UseSlidingInvisibilityTimeout.ShouldBeTrue();
        options.AllowDegradedModeWithoutStorage.ShouldBeFalse();
        options.PrepareSchemaIfNecessary.ShouldBeFalse();
    }

    [Fact]
    public async Task A_job_that_rings_assembles_the_week_and_another_rehearses_it()
    {
        var newsletter = await database.NewsletterAsync();
        var week = NewsletterCalendar.Of(newsletter).Current(time.GetUtcNow());
        await database.StoryAsync(newsletter.Id, "one", time.GetUtcNow().AddDays(-3));
        var hosted = services.GetServices<IHostedService>().ToList();
        foreach (var service in hosted)
        {
            await service.StartAsync(Token);
        }

        services.GetRequiredService<IRecurringJobManagerV2>().TriggerJob("assemble-signal");
        await UntilAsync("select count(*) from digest.issues where week = $1", week.Monday);

        time.Advance(TimeSpan.FromMinutes(5));
        services.GetRequiredService<IRecurringJobManagerV2>().TriggerJob("rehearse-signal");
        await UntilAsync("select count(*) from digest.rehearsals r join digest.issues i on i.id = r.issue_id where i.week = $1", week.Monday);

        foreach (var service in hosted)
        {
            await service.StopAsync(Token);
        }
    }

    private async Task UntilAsync(string count, DateOnly week)
    {
        while (await database.ScalarAsync<long>(count, week) == 0)
        {
            // A failure shows itself here, and not as a test that never ends.
            services.GetRequiredService<JobStorage>().GetMonitoringApi().FailedJobs(0, 10).Select(job => job.Value.ExceptionMessage).ShouldBeEmpty();
            services.GetRequiredService<JobStorage>().GetMonitoringApi().ScheduledJobs(0, 10).ShouldBeEmpty("a retry means that the first try failed");
            await Task.Delay(50, Token);
        }
    }

    private Task SyncAsync() => services.GetRequiredService<RecurringJobs>().SyncAsync(Token);

    private Dictionary<string, RecurringJobDto> Jobs()
    {
        using var connection = services.GetRequiredService<JobStorage>().GetConnection();
        return connection.GetRecurringJobs().ToDictionary(job => job.Id);
    }

    /// <summary>Hangfire leaves the field out where the mode is its own default, which is the one meant.</summary>
    private string MisfireOf(string id)
    {
        using var connection = services.GetRequiredService<JobStorage>().GetConnection();
        return connection.GetAllEntriesFromHash($"recurring-job:{id}").GetValueOrDefault("Misfire", nameof(MisfireHandlingMode.Relaxed));
    }
}

internal static class HangfireOptions
{
    /// <summary>The storage keeps its options to itself.</summary>
    public static PostgreSqlStorageOptions Options(this PostgreSqlStorage storage) => (PostgreSqlStorageOptions)typeof(PostgreSqlStorage)
        .GetProperty("Options", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)!.GetValue(storage)!;
}
