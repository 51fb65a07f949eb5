using Digest.Issues;
using Digest.Newsletters;
using Digest.Operators;
using Digest.Stories;
using Digest.Subscribers;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Demo;

/// <summary>Loads the sample newsletter, its stories moved to the present, its subscribers and a login. Twice changes nothing.</summary>
internal sealed class DemoContent(IServiceProvider services, DemoProgress progress)
{
    public const string Slug = "the-weigh-in";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Samples", Slug);

    public async Task<Newsletter> LoadAsync(int subscribers, string email, string password, CancellationToken cancellationToken)
    {
        var newsletter = await LoadNewsletterAsync(cancellationToken);
        await LoadSubscribersAsync(newsletter.Id, subscribers, cancellationToken);
        await LoadOperatorAsync(email, password, cancellationToken);
        return newsletter;
    }

    /// <summary>The newsletter and its stories, without a reader.</summary>
    public async Task<Newsletter> LoadNewsletterAsync(CancellationToken cancellationToken)
    {
        var file = Path.Combine(Folder, "newsletter.yaml");
        var newsletter = NewsletterFile.Parse(await File.ReadAllTextAsync(file, cancellationToken), file);
        (newsletter.Id, _) = await services.GetRequiredService<ApplyNewsletter>().RunAsync(newsletter, cancellationToken);
        await LoadStoriesAsync(newsletter, cancellationToken);
        return newsletter;
    }

    /// <summary>The samples' newest week becomes the current one; whole weeks, so that every story keeps its weekday.</summary>
    private async Task LoadStoriesAsync(Newsletter newsletter, CancellationToken cancellationToken)
    {
        var inputs = StoryFolder.Read(Path.Combine(Folder, "stories"));
        var calendar = NewsletterCalendar.Of(newsletter);
        var newest = inputs.Select(input => StoryFile.Parse(input.Text, input.FileName, newsletter).PublishedAt).Max();
        var days = calendar.Current(TimeProvider.System.GetUtcNow()).Monday.DayNumber - calendar.WeekOf(newest).Monday.DayNumber;
        var result = await services.GetRequiredService<ImportStories>()
            .RunAsync(newsletter.Id, inputs, TimeSpan.FromDays(days), cancellationToken);
        progress.Say($"{inputs.Count} sample stories ({result.Added} new)");
    }

    private async Task LoadSubscribersAsync(long newsletterId, int count, CancellationToken cancellationToken)
    {
        using var csv = new StringReader(DemoSubscribers.Csv(count, TimeProvider.System.GetUtcNow().AddDays(-30)));
        var result = await services.GetRequiredService<ImportSubscribers>()
            .RunAsync(newsletterId, csv, "sample subscribers", cancellationToken);
        progress.Say($"{result.Added + result.Unchanged} sample subscribers ({result.Added} new)");
    }

    /// <summary>The printed password works, also beside a database that an earlier demo filled.</summary>
    private async Task LoadOperatorAsync(string email, string password, CancellationToken cancellationToken)
    {
        var logins = services.GetRequiredService<OperatorLogins>();
        var known = await logins.ListAsync(cancellationToken);
        await (known.Any(login => login.Email == email)
            ? logins.ChangePasswordAsync(email, password, cancellationToken)
            : logins.AddAsync(email, password, cancellationToken));
    }
}
