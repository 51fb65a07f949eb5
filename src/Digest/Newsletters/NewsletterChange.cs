using Digest.Data;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;

namespace Digest.Newsletters;

/// <summary>What may no longer change about a newsletter. It asks later rooms' tables, and so in SQL.</summary>
internal static class NewsletterChange
{
    /// <exception cref="RefusedException">Stories use a term that is to go, or mail went out under an identity that is to change.</exception>
    public static async Task RefuseBreakingAsync(
        DigestDbContext database, Newsletter now, Newsletter wanted, CancellationToken cancellationToken)
    {
        var used = await UsedTermsAsync(database, now.Id, cancellationToken);
        var missing = used
            .Where(term => !KeysOf(wanted.Vocabulary, term.Kind).Contains(term.Key))
            .Select(term => $"the {term.Kind} '{term.Key}', used by {Stories(term)}")
            .ToList();
        if (missing.Count > 0)
        {
            throw new RefusedException($"Newsletter '{now.Slug}' cannot lose {string.Join("; nor ", missing)}. "
                + "Keep the key (its label may change), or import those stories without it first.");
        }

        if (Identity(now.Sender) != Identity(wanted.Sender) && await WasMailedAsync(database, now.Id, cancellationToken))
        {
            throw new RefusedException($"Newsletter '{now.Slug}' went out with {Identity(now.Sender)}; mail clients know it by these, "
                + "so keep them, or apply the file under another slug as a new newsletter.");
        }
    }

    private static IEnumerable<string> KeysOf(Vocabulary vocabulary, string kind) =>
        (kind == "stance" ? vocabulary.Stances : vocabulary.Lenses).Select(term => term.Key);

    private static string Stories(UsedTerm term) => term.Stories.Length switch
    {
        1 => $"story {term.Stories[0]}",
        <= 5 => $"stories {string.Join(", ", term.Stories)}",
        _ => $"stories {string.Join(", ", term.Stories[..4])} and {term.Stories.Length - 4} more",
    };

    /// <summary>RFC 2919 section 7 and Google's Feedback-ID: filters and reputation hang on these staying the same.</summary>
    private static string Identity(SenderIdentity sender) => $"list_id {sender.ListId} and feedback_sender_id {sender.FeedbackSenderId}";

    private static Task<List<UsedTerm>> UsedTermsAsync(DigestDbContext database, long newsletterId, CancellationToken cancellationToken) =>
        database.Database.SqlQuery<UsedTerm>($"""
            -- One row a term in use, with the stories that use it: a source counts for its stance and for its lens.
            select used.kind, used.key, array_agg(distinct story.slug order by story.slug) as stories
            from digest.stories story
            join digest.story_sources source on source.story_id = story.id
            cross join lateral (values ('stance', source.stance), ('lens', source.lens)) used (kind, key)
            where story.newsletter_id = {newsletterId} and used.key is not null
            group by used.kind, used.key
            order by used.kind desc, used.key
            """).ToListAsync(cancellationToken);

    private static Task<bool> WasMailedAsync(DigestDbContext database, long newsletterId, CancellationToken cancellationToken) =>
        database.Database.SqlQuery<bool>($"""
            select exists (select from digest.issues where newsletter_id = {newsletterId} and queued_at is not null) as "Value"
            """).SingleAsync(cancellationToken);

    private sealed record UsedTerm(string Kind, string Key, string[] Stories);
}
