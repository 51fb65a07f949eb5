using Digest.Data;
using Microsoft.EntityFrameworkCore;

namespace Digest.Stories;

/// <summary>Which stories are a piece, or weigh it, by its address; asked for each new entry of a feed, under the newsletter's lock.</summary>
public static class StoriesOfPiece
{
    /// <summary>The index of a source's address without the place on the page that an editor may have named.</summary>
    public const string SourceIndex = "ix_story_sources_page";

    /// <param name="database">Where they are.</param>
    /// <param name="newsletterId">Whose.</param>
    /// <param name="url">Canonical, and so without a place on the page.</param>
    public static IQueryable<Story> Of(DigestDbContext database, long newsletterId, string url) =>
        database.Stories.FromSqlRaw(Statement, newsletterId, url);

    /// <summary>Two looks, each into its index; one condition with "or" would read every story. Its parameters: newsletter, address.</summary>
    private const string Statement = """
        select story.* from digest.stories story
        where story.newsletter_id = {0} and story.id in (
            select own.id from digest.stories own where own.newsletter_id = {0} and own.canonical_url = {1}
            union all
            -- As the index has it.
            select source.story_id from digest.story_sources source where split_part(source.url, '#', 1) = {1})
        """;
}
