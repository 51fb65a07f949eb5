using Digest.Data;
using Digest.Newsletters;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;

namespace Digest.Stories;

public enum PutOutcome
{
    Created,
    Changed,

    /// <summary>It said this already; nothing was written.</summary>
    Unchanged,

    /// <summary>It is not what the writer takes it for; nothing was written.</summary>
    Stale,
}

/// <param name="Story">As it is stored now; none when it is <see cref="PutOutcome.Stale"/> and there is none.</param>
/// <param name="Outcome">What was done.</param>
public sealed record PutResult(Story? Story, PutOutcome Outcome);

/// <summary>Brings one story to what a program says, by the rules of a story file. Putting the same again changes nothing.</summary>
public sealed class PutStory(IDbContextFactory<DigestDbContext> contexts, TimeProvider time)
{
    /// <param name="newsletterId">Whose story.</param>
    /// <param name="slug">Its name.</param>
    /// <param name="json">A <see cref="StoryDocument"/>.</param>
    /// <param name="isExpected">Whether the stored story, or none, is what the writer takes it for.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    /// <exception cref="InputException">It is no valid story; every problem is named and nothing was written.</exception>
    /// <exception cref="RefusedException">There is no such newsletter.</exception>
    public async Task<PutResult> RunAsync(
        long newsletterId, string slug, ReadOnlyMemory<byte> json, Func<Story?, bool> isExpected, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var before = await NewsletterLock.ReadAsync(database, newsletterId, cancellationToken);
        var written = Read(json, slug, before);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var newsletter = await NewsletterLock.TakeAsync(database, newsletterId, cancellationToken);
        written = NewsletterLock.ReadsAlike(before, newsletter) ? written : Read(json, slug, newsletter);
        var stored = await database.Stories
            .Include(story => story.Sources.OrderBy(source => source.Position))
            .Include(story => story.Corrections)
            .AsSplitQuery()
            .SingleOrDefaultAsync(story => story.NewsletterId == newsletterId && story.Slug == slug, cancellationToken);
        if (!isExpected(stored))
        {
            return new PutResult(stored, PutOutcome.Stale);
        }

        await SamePiece.RefuseAsync(database, newsletterId, [(written, slug)], cancellationToken);
        var result = Write(database, stored, written);
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    private static Story Read(ReadOnlyMemory<byte> json, string slug, Newsletter newsletter)
    {
        var problems = new InputProblems(slug);
        if (FieldChecks.Slug(100)(slug) is { } wrong)
        {
            problems.Add(null, "slug", wrong);
        }

        var written = StoryDocument.Read(json, slug, newsletter, problems);
        problems.ThrowIfAny();
        return written!;
    }

    private PutResult Write(DigestDbContext database, Story? stored, Story written)
    {
        var now = time.GetUtcNow();
        if (stored is not null)
        {
            return new PutResult(stored, StoryChange.Apply(stored, written, now) ? PutOutcome.Changed : PutOutcome.Unchanged);
        }

        written.CreatedAt = written.UpdatedAt = now;
        written.Corrections.ForEach(correction => correction.RecordedAt = now);
        database.Add(written);
        return new PutResult(written, PutOutcome.Created);
    }
}
