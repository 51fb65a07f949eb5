using System.Globalization;
using System.Text.RegularExpressions;
using Digest.Data;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Stories;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Benchmarks.Cluster;

/// <summary>A real issue: a sample story of the demo, imported, assembled, approved and queued by the product's own use cases.</summary>
internal static partial class SampleIssue
{
    private const string Samples = "src/Digest.Cli/Samples/the-weigh-in";

    /// <summary>One story in full makes a message of about 25 KB on the wire, in its two twins and encoded.</summary>
    private const string Story = "the-benchmark-everyone-passes.md";

    /// <summary>Migrates an empty database and assembles the current week's issue in it.</summary>
    public static async Task PrepareAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var services = Services(connectionString, TimeProvider.System);
        await services.GetRequiredService<SchemaMigrator>().MigrateAsync(_ => { }, cancellationToken);

        var newsletter = await ApplyNewsletterAsync(services, cancellationToken);
        var calendar = NewsletterCalendar.Of(newsletter);
        var week = calendar.Current(TimeProvider.System.GetUtcNow());
        await services.GetRequiredService<ImportStories>()
            .RunAsync(newsletter.Id, Inputs(calendar.CutOff(week.Previous)), TimeSpan.Zero, cancellationToken);
        await services.GetRequiredService<AssembleIssue>().RunAsync(newsletter.Id, week, cancellationToken);
    }

    /// <summary>Approves and queues the issue on a clock that stands at the due instant.</summary>
    /// <returns>The issue, and how long the queueing took.</returns>
    public static async Task<(long IssueId, TimeSpan Took)> QueueAsync(
        BenchDatabase database, DateTimeOffset due, CancellationToken cancellationToken)
    {
        await using var services = Services(database.ConnectionString, new StandingClock(due));
        var issue = await database.ScalarAsync<long>("select id from digest.issues", cancellationToken);
        await services.GetRequiredService<ApproveIssue>().RunAsync(issue, "bench", seenHash: null, cancellationToken);
        var begun = TimeProvider.System.GetTimestamp();
        await services.GetRequiredService<QueueIssue>().RunAsync(issue, byHand: true, cancellationToken);
        return (issue, TimeProvider.System.GetElapsedTime(begun));
    }

    private static async Task<Newsletter> ApplyNewsletterAsync(ServiceProvider services, CancellationToken cancellationToken)
    {
        var file = Checkout.PathOf($"{Samples}/newsletter.yaml");
        var newsletter = NewsletterFile.Parse(await File.ReadAllTextAsync(file, cancellationToken), file);
        // A worker's schedule must not queue the issue before we do.
        newsletter.Policy = newsletter.Policy with { WhenNobodyApproves = ApprovalDefault.Hold };
        (newsletter.Id, _) = await services.GetRequiredService<ApplyNewsletter>().RunAsync(newsletter, cancellationToken);
        return newsletter;
    }

    /// <summary>The sample story, published in the week's window.</summary>
    private static List<StoryInput> Inputs(DateTimeOffset windowStart) =>
    [
        .. StoryFolder.Read(Checkout.PathOf($"{Samples}/stories/{Story}")).Select(story => story with
        {
            Text = PublishedLine().Replace(story.Text, string.Create(
                CultureInfo.InvariantCulture, $"published: {windowStart.AddHours(1):yyyy-MM-ddTHH:mm:sszzz}"), count: 1),
        }),
    ];

    internal static ServiceProvider Services(string connectionString, TimeProvider time)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(BenchSettings.Common(connectionString)).Build();
        return new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton(time)
            .AddLogging()
            .AddDigest(configuration)
            .BuildServiceProvider();
    }

    [GeneratedRegex("^published: .*$", RegexOptions.Multiline)]
    private static partial Regex PublishedLine();

    private sealed class StandingClock(DateTimeOffset instant) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => instant;
    }
}
