using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Stories;
using Digest.TestKit;
using Digest.Tests.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Digest.Tests.Issues.Writer;

/// <summary>A Sunday evening: an assembled issue of two stories, a reader, a story of another week, and a scripted endpoint.</summary>
internal sealed class DraftWorld : IAsyncDisposable
{
    public static readonly Week Week = new(new DateOnly(2026, 11, 30));

    /// <summary>Sunday 16:00 in Berlin.</summary>
    public static readonly DateTimeOffset CutOff = new(2026, 11, 29, 15, 0, 0, TimeSpan.Zero);

    private readonly SharedDatabase shared;

    private DraftWorld(SharedDatabase shared, ScriptedEndpoint endpoint, Newsletter newsletter, Dictionary<string, string?> settings)
    {
        (this.shared, Endpoint, Newsletter) = (shared, endpoint, newsletter);
        Services = NewServices(settings);
    }

    public ScriptedEndpoint Endpoint { get; }

    public Newsletter Newsletter { get; }

    public FakeTimeProvider Time { get; } = new(CutOff.AddMinutes(1));

    public CapturedLog Log { get; } = new();

    public ServiceProvider Services { get; }

    public TestDatabase Database => shared.Database;

    /// <summary>None before it is assembled.</summary>
    public Issue Issue { get; private set; } = null!;

    public static async Task<DraftWorld> CreateAsync(SharedDatabase shared, bool isOn = true, bool assembled = true, string? url = null)
    {
        var endpoint = await ScriptedEndpoint.StartAsync();
        var settings = endpoint.Settings;
        settings["Digest:Writer:Endpoint"] = url ?? settings["Digest:Writer:Endpoint"];
        var world = new DraftWorld(shared, endpoint, await shared.NewNewsletterAsync(), isOn ? settings : []);
        await world.Database.SubscribersAsync(world.Newsletter.Id, 1);
        await world.StoryAsync("chips", story =>
        {
            story.Title = "Foundries double output of AI chips";
            story.Standfirst = "Acme Silicon says it will ship 28.8 million units, [its filing](https://filing.example.org/2031) says.";
            story.KeyPoints = ["Regulators in Brussels asked 12 labs about the order."];
        });
        await world.StoryAsync("law", story =>
        {
            story.Title = "Parliament passes the liability act";
            story.Standfirst = "The vote was 310 to 204.";
        });
        await world.StoryAsync("last-week", story => story.PublishedAt = CutOff.AddDays(-8));
        if (assembled)
        {
            await world.AssembleAsync();
        }

        return world;
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    public async Task AssembleAsync() =>
        Issue = await Get<AssembleIssue>().RunAsync(Newsletter.Id, Week, CancellationToken.None);

    public async Task StoryAsync(string slug, Action<Story> change)
    {
        var story = Seed.NewStory(slug, CutOff.AddDays(-2));
        story.NewsletterId = Newsletter.Id;
        change(story);
        await using var context = Database.NewContext();
        context.Add(story);
        await context.SaveChangesAsync();
    }

    public async Task ChangeAsync(string slug, Action<Story> change)
    {
        await using var context = Database.NewContext();
        change(await context.Stories.SingleAsync(story => story.NewsletterId == Newsletter.Id && story.Slug == slug));
        await context.SaveChangesAsync();
    }

    public async Task<Issue> ReadAsync()
    {
        await using var context = Database.NewContext();
        return await context.Issues.Where(issue => issue.NewsletterId == Newsletter.Id).Whole().SingleAsync();
    }

    public async Task<List<IssueDraft>> DraftsAsync()
    {
        await using var context = Database.NewContext();
        return await context.IssueDrafts.AsNoTracking().Where(draft => context.Issues.Any(issue => issue.Id == draft.IssueId && issue.NewsletterId == Newsletter.Id))
            .OrderBy(draft => draft.Id).ToListAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        await Endpoint.DisposeAsync();
    }

    private ServiceProvider NewServices(Dictionary<string, string?> settings) => TestServices.Build(
        Database, Time, settings: settings, configure: services =>
        {
            services.AddSingleton(shared.Renderer);
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        });
}
