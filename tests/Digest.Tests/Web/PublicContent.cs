using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Digest.Issues;
using Digest.Stories;
using Digest.TestKit;
using Xunit;

namespace Digest.Tests.Web;

/// <summary>Stories and issues for readers, and their pages read as a browser reads them.</summary>
internal static class PublicContent
{
    public static readonly Week Monday = new(new DateOnly(2026, 11, 23));

    /// <summary>A story that has everything a story can have, out since yesterday.</summary>
    public static Story WholeStory(string slug = "keys")
    {
        var story = Seed.NewStory(slug, PublicSite.Start.AddDays(-1));
        story.KeyPoints = ["Keys were **shared**.", "Nobody counted them."];
        story.Disagreements = ["One outlet says thefts, another says lending."];
        story.Number = new StoryNumber("28.8 million", "answers in *seven* weeks");
        story.FurtherReading = [new FurtherReading("On keys", "https://keys.example.org/on", "Key Notes", "Half an hour.")];
        return story;
    }

    public static async Task<Story> AddAsync(this PublicSite site, Story story)
    {
        story.NewsletterId = site.Newsletter.Id;
        await using var context = site.Database.NewContext();
        context.Add(story);
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        return story;
    }

    public static async Task CorrectAsync(this PublicSite site, Story story, string text, DateTimeOffset at)
    {
        await using var context = site.Database.NewContext();
        context.Add(new Correction { StoryId = story.Id, Text = text, At = at, RecordedAt = at });
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>An issue that went out, with these stories in this order.</summary>
    public static async Task<Issue> IssueOfAsync(this PublicSite site, Week week, params Story[] stories)
    {
        var issue = await site.Database.IssueAsync(site.Newsletter.Id, week, PublicSite.Start.AddDays(-1), IssueState.Sent);
        await using var context = site.Database.NewContext();
        context.AddRange(stories.Select((story, position) => new IssueStory { IssueId = issue.Id, StoryId = story.Id, Position = position }));
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        return issue;
    }

    public static IHtmlDocument Parsed(this Page page) => new HtmlParser().ParseDocument(page.Text);

    public static Task<Page> GetAsync(this PublicSite site, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return site.ReadAsync(request);
    }
}
