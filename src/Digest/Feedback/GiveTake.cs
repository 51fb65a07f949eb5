using System.Text.RegularExpressions;
using Digest.Data;
using Digest.Settings;
using Digest.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Digest.Feedback;

/// <summary>Under what something was said.</summary>
/// <param name="NewsletterId">Whose.</param>
/// <param name="IssueId">The issue, or none under a story.</param>
/// <param name="StoryId">The story, or none under an issue.</param>
public sealed record TakeSubject(long NewsletterId, long? IssueId, long? StoryId);

/// <summary>What a reader sent, as typed.</summary>
public sealed record TakeInput(TakeRating? Rating, string? Text, string? Address);

/// <summary>Keeps what a reader said. Who it was is not asked; an address is kept only where one was left.</summary>
public sealed partial class GiveTake(IDbContextFactory<DigestDbContext> contexts, TimeProvider time)
{
    /// <summary>Longest text, in UTF-16 code units as a browser counts them.</summary>
    public const int LongestText = 4000;

    /// <summary>Whoever shows where something stands needs two or three; whoever sells needs more.</summary>
    public const int MostLinks = 3;

    /// <summary>Shorter words, such as "thank you", come from several people on one day.</summary>
    private const int ShortestRepeated = 20;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <returns>False when the same words came within a day: they are kept once.</returns>
    /// <exception cref="RefusedException">Nothing was said, too much, with too many links, or with an address that is none.</exception>
    public async Task<bool> RunAsync(TakeSubject subject, TakeInput input, CancellationToken cancellationToken)
    {
        var take = Read(subject, input);
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (take.Text.Length >= ShortestRepeated)
        {
            // Of two copies at once the second waits here and then sees the first.
            await database.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({take.Text}, {take.NewsletterId}))", cancellationToken);
            var since = take.CreatedAt - Day;
            if (await database.Takes.AnyAsync(
                known => known.NewsletterId == take.NewsletterId && known.CreatedAt > since && known.Text == take.Text, cancellationToken))
            {
                return false;
            }
        }

        database.Add(take);
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private Take Read(TakeSubject subject, TakeInput input)
    {
        var text = Readable(input.Text ?? "");
        if (input.Rating is null && text.Length == 0)
        {
            throw new RefusedException("Choose one of the three, or write a line; then send it.");
        }

        if (text.Length > LongestText)
        {
            throw new RefusedException($"That is {text.Length} characters; {LongestText} fit. Shorten it a little, or answer the mail instead.");
        }

        if (Link().Count(text) > MostLinks)
        {
            throw new RefusedException($"More than {MostLinks} links look like advertising to us; leave some out and send it again.");
        }

        return new Take
        {
            NewsletterId = subject.NewsletterId,
            IssueId = subject.IssueId,
            StoryId = subject.StoryId,
            Rating = input.Rating,
            Text = text,
            Address = AddressOf(input.Address),
            CreatedAt = time.GetUtcNow(),
        };
    }

    /// <summary>As typed, without what nobody types: PostgreSQL takes no NUL, and an editor's terminal no escape.</summary>
    private static string Readable(string text) =>
        string.Concat(text.ReplaceLineEndings("\n").Where(character => character is '\n' or '\t' || !char.IsControl(character))).Trim();

    private static string? AddressOf(string? typed)
    {
        if (string.IsNullOrWhiteSpace(typed))
        {
            return null;
        }

        return EmailAddress.Parse(typed, out var problem) is { } address
            ? address.Typed
            : throw new RefusedException($"{problem} Or leave the address out: it is only for an answer.");
    }

    [GeneratedRegex(@"https?:\s*/|www\.|\[url|<a\s", RegexOptions.IgnoreCase)]
    private static partial Regex Link();
}
