using Digest.Data;
using Digest.Newsletters;
using Digest.Stories;
using Microsoft.EntityFrameworkCore;

namespace Digest.Issues;

/// <param name="Key">See <see cref="VariantKey"/>.</param>
/// <param name="Topics">The same one by one; none is the whole issue.</param>
public sealed record Variant(string Key, IReadOnlyList<string> Topics)
{
    public static readonly Variant Whole = new("", []);

    /// <summary>What readers of this choice get: a story without a topic that the newsletter knows is for everybody.</summary>
    public bool Has(Story story, Vocabulary vocabulary) =>
        Topics.Count == 0 || story.Topics.Intersect(Topics).Any() || !story.Topics.Intersect(vocabulary.Topics.Select(topic => topic.Key)).Any();
}

/// <summary>The choices of topics that get a rendering of their own. It asks a later room's table, and so in SQL.</summary>
internal static class Variants
{
    /// <summary>The most chosen, as many as the policy allows; readers of the others get the whole issue.</summary>
    public static async Task<IReadOnlyList<Variant>> ReadAsync(DigestDbContext database, Newsletter newsletter, CancellationToken cancellationToken)
    {
        if (newsletter.Vocabulary.Topics.Count == 0 || newsletter.Policy.MaximumVariants == 0)
        {
            return [];
        }

        string[] topics = [.. newsletter.Vocabulary.Topics.Select(topic => topic.Key)];
        var choices = await database.Database.SqlQuery<string[]>($"""
            -- A choice of everything there is, or of nothing that there still is, is the whole issue.
            -- Worked out once for each list of topics that some reader has, not for each reader.
            select chosen.topics as "Value"
            from (
                select s.topics, count(*) as readers from digest.subscribers s
                where s.newsletter_id = {newsletter.Id} and s.state = 'confirmed' and cardinality(s.topics) > 0
                group by s.topics
            ) lists
            cross join lateral (
                select array_agg(distinct topic collate "C" order by topic collate "C") as topics
                from unnest(lists.topics) topic where topic = any ({topics})
            ) chosen
            where cardinality(chosen.topics) < {topics.Length}
            group by chosen.topics
            order by sum(lists.readers) desc, chosen.topics
            limit {newsletter.Policy.MaximumVariants}
            """).ToListAsync(cancellationToken);
        return [.. choices.Select(choice => new Variant(VariantKey.Of(choice, newsletter.Vocabulary.Topics), choice))];
    }
}
