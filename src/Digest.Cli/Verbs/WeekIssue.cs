using Digest.Data;
using Digest.Issues;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>The issue that a verb is about: of the named newsletter and week, or of the only newsletter and the current week.</summary>
internal static class WeekIssue
{
    /// <exception cref="VerbException">There is no such newsletter or issue.</exception>
    public static async Task<(Newsletter Newsletter, Issue Issue)> FindAsync(
        IServiceProvider services, string? slug, DateOnly? monday, CancellationToken cancellationToken)
    {
        await using var database = await services.GetRequiredService<IDbContextFactory<DigestDbContext>>().CreateDbContextAsync(cancellationToken);
        var newsletter = await VerbOptions.FindNewsletterAsync(database, slug, cancellationToken);
        var week = monday ?? NewsletterCalendar.Of(newsletter).Current(services.GetRequiredService<TimeProvider>().GetUtcNow()).Monday;
        var issue = await database.Issues.AsNoTracking()
            .SingleOrDefaultAsync(i => i.NewsletterId == newsletter.Id && i.Week == week, cancellationToken);
        return (newsletter, issue ?? throw new VerbException(
            $"'{newsletter.Slug}' has no issue for the week of {week:yyyy-MM-dd}; `digest assemble` makes it."));
    }
}
