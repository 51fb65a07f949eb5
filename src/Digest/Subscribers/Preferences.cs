using Digest.Data;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;

namespace Digest.Subscribers;

/// <summary>What a reader chooses by the link in the mail. No consent evidence: nothing here changes whether they subscribe.</summary>
public sealed class Preferences(IDbContextFactory<DigestDbContext> contexts, Tokens tokens, TimeProvider time)
{
    public const int LongestPauseWeeks = 26;

    /// <param name="token">From the mail.</param>
    /// <param name="zone">IANA id, or none for the newsletter's own zone.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    /// <returns>Whether the token is one of ours and in force.</returns>
    /// <exception cref="RefusedException">There is no such zone; the message is for the reader.</exception>
    public Task<bool> ChooseTimeZoneAsync(string token, string? zone, CancellationToken cancellationToken) =>
        zone is not null && !TimeZones.IsKnown(zone)
            ? throw new RefusedException("This is no time zone that we know; choose one from the list.")
            : ChangeAsync(token, (subscriber, _) => subscriber.TimeZone = zone, cancellationToken);

    /// <param name="token">From the mail.</param>
    /// <param name="topics">Keys of the newsletter's topics; none or all of them is everything, also what is added later.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    /// <returns>Whether the token is one of ours and in force.</returns>
    /// <exception cref="RefusedException">A topic is none of the newsletter's; the message is for the reader.</exception>
    public Task<bool> ChooseTopicsAsync(string token, IReadOnlyCollection<string> topics, CancellationToken cancellationToken) =>
        ChangeAsync(token, (subscriber, newsletter) => subscriber.Topics = Chosen(topics, newsletter.Vocabulary.Topics), cancellationToken);

    /// <summary>Skips exactly the issues of the next weeks: the pause ends at this local time, in the reader's zone, that many weeks on.</summary>
    /// <exception cref="RefusedException">Not 1 to <see cref="LongestPauseWeeks"/> weeks.</exception>
    public Task<bool> PauseAsync(string token, int weeks, CancellationToken cancellationToken) =>
        weeks is < 1 or > LongestPauseWeeks
            ? throw new RefusedException($"A pause is 1 to {LongestPauseWeeks} weeks long.")
            : ChangeAsync(token, (subscriber, newsletter) => subscriber.PausedUntil = WeeksOn(subscriber, newsletter, weeks), cancellationToken);

    public Task<bool> ResumeAsync(string token, CancellationToken cancellationToken) =>
        ChangeAsync(token, (subscriber, _) => subscriber.PausedUntil = null, cancellationToken);

    /// <summary>As the variant writes them: readers who chose the same have the same list.</summary>
    private static List<string> Chosen(IReadOnlyCollection<string> topics, IReadOnlyList<Term> known) =>
        topics.Except(known.Select(topic => topic.Key)).Any()
            ? throw new RefusedException("This is no topic of this newsletter; choose from the list.")
            : [.. VariantKey.Of(topics, known).Split(VariantKey.Separator, StringSplitOptions.RemoveEmptyEntries)];

    private async Task<bool> ChangeAsync(string token, Action<Subscriber, Newsletter> change, CancellationToken cancellationToken)
    {
        if (tokens.Read(TokenPurpose.Preferences, token) is not { } content)
        {
            return false;
        }

        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await database.LockAsync(content, cancellationToken) is not { } subscriber)
        {
            return false;
        }

        change(subscriber, await database.Newsletters.AsNoTracking().SingleAsync(n => n.Id == subscriber.NewsletterId, cancellationToken));
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Local time, not 168 hours: in a week with a clock change those would reach one Monday too few or too many.</summary>
    private DateTimeOffset WeeksOn(Subscriber subscriber, Newsletter newsletter, int weeks)
    {
        var clock = new LocalClock(TimeZoneInfo.FindSystemTimeZoneById(subscriber.TimeZone ?? newsletter.TimeZone));
        var local = clock.Show(time.GetUtcNow()).DateTime;
        return clock.InstantOf(DateOnly.FromDateTime(local).AddDays(7 * weeks), TimeOnly.FromDateTime(local));
    }
}
