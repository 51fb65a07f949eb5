using Digest.Issues;

namespace Digest.Deliveries;

/// <summary>
/// What readers' choices of topics mean for one issue, in SQL: worked out once for each list of topics that some reader has,
/// not for each reader.
/// </summary>
internal static class ChoiceSql
{
    /// <summary>
    /// Of the lists in <see cref="Choices"/> PostgreSQL has no statistics, and so would rather sort a million readers than
    /// hash a few thousand lists.
    /// </summary>
    public const string Hash = "set local enable_mergejoin = off";

    public const string AsBefore = "set local enable_mergejoin to default";

    /// <summary>
    /// A row for each list that is neither nothing nor everything: <c>topics</c> as readers have it, the <c>variant</c> that is
    /// frozen for it or the whole issue's, and whether the issue has <c>nothing</c> for it. Topics that the newsletter does not
    /// know, or no longer, count neither with readers (<see cref="VariantKey"/>) nor with stories, and a story without any is
    /// for everybody. Frozen content is never nothing, whatever became of its stories' topics since.
    /// </summary>
    public static readonly string Choices = $"""
        select t.topics, coalesce(c.variant, '') as variant,
            c.variant is null and not exists (
                select from digest.issue_stories p join digest.stories st on st.id = p.story_id
                where p.issue_id = @issue and (st.topics && k.keys or not st.topics && @topics)) as nothing
        from (select distinct s.topics from digest.subscribers s
              where s.newsletter_id = @newsletter and s.topics <> array[]::text[] and cardinality(@topics) > 1) t
            cross join lateral (
                select array_agg(distinct key collate "C" order by key collate "C")
                from unnest(t.topics) key where key = any(@topics)
                having count(distinct key) between 1 and cardinality(@topics) - 1) k (keys)
            left join digest.issue_contents c on c.issue_id = @issue and c.variant = array_to_string(k.keys, '{VariantKey.Separator}')
        """;
}
