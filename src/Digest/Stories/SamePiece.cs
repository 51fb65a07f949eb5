using Digest.Data;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;

namespace Digest.Stories;

/// <summary>One piece is one story: two that editors write may not claim one address.</summary>
internal static class SamePiece
{
    /// <param name="database">Under the newsletter's lock.</param>
    /// <param name="newsletterId">Whose stories.</param>
    /// <param name="written">Stories about to be written, with the name that each is reported by.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    /// <exception cref="InputException">A canonical URL is that of another story, written here or stored.</exception>
    public static async Task RefuseAsync(
        DigestDbContext database, long newsletterId, IReadOnlyList<(Story Story, string File)> written, CancellationToken cancellationToken)
    {
        var (urls, slugs) = (written.Select(file => file.Story.CanonicalUrl).OfType<string>().ToList(), written.Select(file => file.Story.Slug).ToList());
        // One that is written anew here has the address that it is given here.
        var stored = await database.Stories
            .Where(story => story.NewsletterId == newsletterId && urls.Contains(story.CanonicalUrl!) && !slugs.Contains(story.Slug))
            .OrderBy(story => story.Id)
            .Select(story => new { story.CanonicalUrl, story.Slug })
            .ToListAsync(cancellationToken);
        var slugOf = stored.DistinctBy(story => story.CanonicalUrl).ToDictionary(story => story.CanonicalUrl!, story => story.Slug);
        var found = new List<InputProblem>();
        foreach (var (story, file) in written.Where(file => file.Story.CanonicalUrl is not null))
        {
            if (!slugOf.TryAdd(story.CanonicalUrl!, story.Slug))
            {
                found.Add(new InputProblem(file, null, "canonical_url",
                    $"'{story.CanonicalUrl}' is already the address of '{slugOf[story.CanonicalUrl!]}'; one piece is one story: write it under that slug, or give it an address of its own."));
            }
        }

        if (found.Count > 0)
        {
            throw new InputException(found);
        }
    }
}
