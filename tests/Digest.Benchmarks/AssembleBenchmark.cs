using System.Globalization;
using BenchmarkDotNet.Attributes;
using Digest.Benchmarks.Cluster;
using Digest.Data;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Stories;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Benchmarks;

/// <summary>
/// A heavy week: 500 stories that weigh 2,000 sources, in a PostgreSQL of our own. Goals: assembling the issue takes at most
/// 2 s, rendering it, warm, at most 150 ms.
/// </summary>
[InProcess, WarmupCount(3), IterationCount(15), InvocationCount(1)]
public class AssembleBenchmark
{
    private const int Stories = 500;

    private static readonly string[] Topics = ["law", "models", "public", "work", "costs"];

    private BenchCluster cluster = null!;
    private BenchDatabase database = null!;
    private ServiceProvider services = null!;
    private Newsletter newsletter = null!;
    private Week week;
    private IssueModel model = null!;

    [GlobalSetup]
    public async Task PrepareAsync()
    {
        cluster = await BenchCluster.StartAsync(_ => { }, CancellationToken.None);
        database = await cluster.CloneAsync(readers: 0, CancellationToken.None);
        services = SampleIssue.Services(database.ConnectionString, TimeProvider.System);
        await using var context = await services.GetRequiredService<IDbContextFactory<DigestDbContext>>().CreateDbContextAsync();
        newsletter = await context.Newsletters.SingleAsync();
        var calendar = NewsletterCalendar.Of(newsletter);
        week = calendar.Current(TimeProvider.System.GetUtcNow());
        var sample = await context.Stories.AsNoTracking().Include(story => story.Sources).FirstAsync();
        context.AddRange(Enumerable.Range(0, Stories).Select(number => NewStory(sample, number, calendar.CutOff(week.Previous))));
        await context.SaveChangesAsync();
        await AssembleAsync();
        var issue = await context.Issues.OfWeek(newsletter.Id, week).Whole().SingleAsync();
        model = new IssueModel(newsletter, week, [.. issue.Stories.Select(place => place.Story!)]);
    }

    [IterationSetup(Target = nameof(AssembleAsync))]
    public void Forget() => database.ExecuteAsync("delete from digest.issues", CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Reading, ranking, rendering, freezing and storing.</summary>
    [Benchmark]
    public Task<Issue> AssembleAsync() => services.GetRequiredService<AssembleIssue>().RunAsync(newsletter.Id, week, CancellationToken.None);

    /// <summary>Both twins of the issue's twelve stories, at the detail that fits.</summary>
    [Benchmark]
    public Task<RenderedMail> RenderAsync() => services.GetRequiredService<MailRenderer>().RenderIssueAsync(model);

    [GlobalCleanup]
    public async Task CleanAsync()
    {
        await services.DisposeAsync();
        await database.DisposeAsync();
        await cluster.DisposeAsync();
    }

    /// <summary>With the sample's body, every third without a summary: its sentences are extracted.</summary>
    private static Story NewStory(Story sample, int number, DateTimeOffset from) => new()
    {
        NewsletterId = sample.NewsletterId,
        Slug = string.Create(CultureInfo.InvariantCulture, $"story-{number}"),
        Title = string.Create(CultureInfo.InvariantCulture, $"{sample.Title} ({number})"),
        Standfirst = number % 3 == 0 ? "" : sample.Standfirst,
        Body = sample.Body,
        BodyHtml = sample.BodyHtml,
        Topics = [Topics[number % Topics.Length]],
        Sources = [.. Enumerable.Range(0, 4).Select(position => new StorySource
        {
            Position = position,
            Outlet = string.Create(CultureInfo.InvariantCulture, $"Outlet {(number + (7 * position)) % 90}"),
            Url = string.Create(CultureInfo.InvariantCulture, $"https://example.org/{number}/{position}"),
            Lens = sample.Sources[0].Lens,
            Stance = sample.Sources[0].Stance,
        })],
        Holds = sample.Holds,
        Scrutiny = sample.Scrutiny,
        Watch = sample.Watch,
        PublishedAt = from.AddMinutes(10 * number),
        CreatedAt = from,
        UpdatedAt = from,
    };
}
