using Digest.Data;
using Digest.Newsletters;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;

namespace Digest.Stories;

public sealed record ImportResult(int Added, int Changed, int Unchanged);

/// <summary>Brings stories in by slug. All are validated before one is written; importing the same files again changes nothing.</summary>
public sealed class ImportStories(IDbContextFactory<DigestDbContext> contexts, TimeProvider time)
{
    /// <param name="newsletterId">The newsletter whose vocabulary the stories are written in.</param>
    /// <param name="inputs">Markdown with YAML front matter (docs/stories.md).</param>
    /// <param name="shift">Added to each publication instant: zero, or whole weeks to bring samples into the present.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    /// <exception cref="InputException">At least one input is wrong; every problem is named and nothing was written.</exception>
    /// <exception cref="RefusedException">There is no such newsletter.</exception>
    public async Task<ImportResult> RunAsync(
        long newsletterId, IReadOnlyList<StoryInput> inputs, TimeSpan shift, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var before = await NewsletterLock.ReadAsync(database, newsletterId, cancellationToken);
        var read = ReadAll(inputs, before);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var newsletter = await NewsletterLock.TakeAsync(database, newsletterId, cancellationToken);
        read = NewsletterLock.ReadsAlike(before, newsletter) ? read : ReadAll(inputs, newsletter);
        await SamePiece.RefuseAsync(database, newsletterId, read, cancellationToken);
        var written = read.ConvertAll(file => file.Story);

        var slugs = written.Select(story => story.Slug).ToList();
        var stored = await database.Stories
            .Include(story => story.Sources.OrderBy(source => source.Position))
            .Include(story => story.Corrections)
            .AsSplitQuery()
            .Where(story => story.NewsletterId == newsletterId && slugs.Contains(story.Slug))
            .ToDictionaryAsync(story => story.Slug, cancellationToken);

        var now = time.GetUtcNow();
        int added = 0, changed = 0, unchanged = 0;
        foreach (var story in written)
        {
            story.PublishedAt += shift;
            if (!stored.TryGetValue(story.Slug, out var known))
            {
                story.CreatedAt = story.UpdatedAt = now;
                story.Corrections.ForEach(correction => correction.RecordedAt = now);
                database.Add(story);
                added++;
            }
            else if (StoryChange.Apply(known, story, now))
            {
                changed++;
            }
            else
            {
                unchanged++;
            }
        }

        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new ImportResult(added, changed, unchanged);
    }

    private static List<(Story Story, string File)> ReadAll(IReadOnlyList<StoryInput> inputs, Newsletter newsletter)
    {
        var stories = new List<(Story Story, string File)>();
        var found = new List<InputProblem>();
        var fileOf = new Dictionary<string, string>();
        foreach (var input in inputs)
        {
            var problems = new InputProblems(input.FileName);
            if (StoryFile.Read(input.Text, newsletter, problems) is { } story)
            {
                stories.Add((story, input.FileName));
                if (!fileOf.TryAdd(story.Slug, input.FileName))
                {
                    problems.Add(null, "slug", $"'{story.Slug}' is already the slug of {fileOf[story.Slug]}.");
                }
            }

            found.AddRange(problems.All);
        }

        return found.Count == 0 ? stories : throw new InputException(found);
    }
}
