using Digest.Data;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Digest.Cli.Verbs;

/// <summary>What a preview shows: an issue as it is frozen, or the sample week where there is none.</summary>
/// <param name="Title">Newsletter and week.</param>
/// <param name="Why">Why it is the sample week; none for an issue.</param>
/// <param name="Variants">By their keys, the whole first; links for one reader do nothing.</param>
internal sealed record PreviewedIssue(string Title, string? Why, IReadOnlyList<(string Variant, RenderedMail Mail)> Variants)
{
    /// <summary>
    /// Whoever names a newsletter or a week gets that or an error; whoever names nothing, on a machine without a database of
    /// their own, gets something to look at.
    /// </summary>
    /// <exception cref="VerbException">There is no such newsletter or issue, or it has no content.</exception>
    public static async Task<PreviewedIssue> FindAsync(string? slug, DateOnly? week, bool sample, CancellationToken cancellationToken)
    {
        var configuration = CliConfiguration.Read();
        var named = slug is not null || week is not null;
        if (sample)
        {
            return await SampleWeek.RenderAsync(configuration, why: "as asked for");
        }

        if (!named && configuration.GetConnectionString(DataRoom.ConnectionStringName) is null)
        {
            return await SampleWeek.RenderAsync(configuration, why: "no database is configured");
        }

        try
        {
            await using var services = CliConfiguration.Services(configuration);
            return await ReadAsync(services, slug, week, cancellationToken)
                ?? await SampleWeek.RenderAsync(configuration, why: "the current week has no issue yet; `digest assemble` makes it");
        }
        // The demo's, which nobody configured and which runs with the demo only.
        catch (Exception error) when (!named && IsOfDatabase(error) && CliConfiguration.ReadOwn().GetConnectionString(DataRoom.ConnectionStringName) is null)
        {
            return await SampleWeek.RenderAsync(configuration, why: "the demo's database does not run");
        }
    }

    /// <summary>EF Core wraps what it takes for transient.</summary>
    private static bool IsOfDatabase(Exception error) => error is NpgsqlException || error.InnerException is NpgsqlException;

    /// <returns>None when nothing was named and nothing is there.</returns>
    private static async Task<PreviewedIssue?> ReadAsync(IServiceProvider services, string? slug, DateOnly? week, CancellationToken cancellationToken)
    {
        await using var database = await services.GetRequiredService<IDbContextFactory<DigestDbContext>>().CreateDbContextAsync(cancellationToken);
        if (slug is null && week is null && !await HasIssueAsync(database, services.GetRequiredService<TimeProvider>().GetUtcNow(), cancellationToken))
        {
            return null;
        }

        var found = await WeekIssue.ToComeAsync(services, slug, week, cancellationToken);
        var contents = await database.IssueContents.AsNoTracking().Where(content => content.IssueId == found.Issue.Id)
            .OrderBy(content => content.Variant).ToListAsync(cancellationToken);
        var inert = SlotValues.Inert(services.GetRequiredService<PublicUrls>());
        return contents.Count > 0
            ? new PreviewedIssue(
                $"{found.Newsletter.Name}, {found.Week}", Why: null,
                [.. contents.Select(content => (content.Variant, inert.Fill(RenderedMail.Of(content))))])
            : throw found.WithoutContent();
    }

    /// <summary>Whether the only newsletter has an issue of the current week or one to come; of several, one must be named.</summary>
    private static async Task<bool> HasIssueAsync(DigestDbContext database, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var newsletters = await database.Newsletters.AsNoTracking().Take(2).ToListAsync(cancellationToken);
        if (newsletters is not [var only])
        {
            return newsletters.Count > 1;
        }

        var current = NewsletterCalendar.Of(only).Current(now).Monday;
        return await database.Issues.AnyAsync(issue => issue.NewsletterId == only.Id && issue.Week >= current, cancellationToken);
    }
}
