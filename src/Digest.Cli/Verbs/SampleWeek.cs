using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Stories;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>The newest week of the sample newsletter, assembled without a database: every template has something to show.</summary>
internal static class SampleWeek
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Samples", "the-weigh-in");

    /// <param name="configuration">Names the templates, and the public pages where they are set.</param>
    /// <param name="why">Why it is not an issue.</param>
    public static async Task<PreviewedIssue> RenderAsync(IConfiguration configuration, string why)
    {
        await using var services = CliConfiguration.Services(new ConfigurationBuilder()
            .AddInMemoryCollection([new("Digest:PublicUrl", "https://digest.example.com")]).AddConfiguration(configuration).Build());
        var issue = Read();
        var mail = await services.GetRequiredService<MailRenderer>().RenderIssueAsync(issue);
        return new PreviewedIssue(
            $"{issue.Newsletter.Name}, sample week {issue.Week}", why, [("", SlotValues.Inert(services.GetRequiredService<PublicUrls>()).Fill(mail))]);
    }

    public static IssueModel Read()
    {
        var file = Path.Combine(Folder, "newsletter.yaml");
        var newsletter = NewsletterFile.Parse(File.ReadAllText(file), file);
        var calendar = NewsletterCalendar.Of(newsletter);
        var stories = StoryFolder.Read(Path.Combine(Folder, "stories")).Select(input => StoryFile.Parse(input.Text, input.FileName, newsletter)).ToList();
        var week = stories.Select(story => calendar.WeekOf(story.PublishedAt)).MaxBy(found => found.Monday);
        var issue = new Issue { WindowStart = calendar.CutOff(week.Previous), WindowEnd = calendar.CutOff(week) };
        var places = PlaceStories.Of([.. stories.Where(story => calendar.WeekOf(story.PublishedAt) == week)], issue, newsletter);
        return new IssueModel(newsletter, week, [.. places.Select(place => place.Story)]);
    }
}
