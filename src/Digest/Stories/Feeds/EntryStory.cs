using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Digest.Newsletters;
using Digest.Settings;

namespace Digest.Stories.Feeds;

/// <summary>What of an entry becomes a story, or a source of one.</summary>
internal static class EntryStory
{
    private const int LongestSlug = 80;

    private const int LongestStandfirst = 400;

    private const int LongestHeadline = 120;

    /// <summary>A description that is longer is the piece itself, and no summary of it.</summary>
    private const int LongestSummary = 800;

    private const int MostTopics = 10;

    /// <summary>See <see cref="FeedEntry.Words"/>.</summary>
    public static (string Title, string Standfirst) WordsOf(FeedEntry entry)
    {
        var content = entry.Content is null ? "" : FeedHtml.ToText(entry.Content);
        var summary = entry.Summary is null ? "" : FeedHtml.ToText(entry.Summary);
        var said = FeedHtml.Shorten(summary.Length > 0 ? summary : content, LongestStandfirst);
        return entry.Title.Length > 0 ? (entry.Title, said == entry.Title ? "" : said) : (FeedHtml.Shorten(said, LongestHeadline), said);
    }

    /// <summary>The publication's own piece, body and all.</summary>
    public static Story Own(FeedEntry entry, FeedSettings feed, Newsletter newsletter)
    {
        var body = Body(entry);
        var (title, standfirst) = entry.Words;
        // What stands in the body already is not said twice.
        var hasSummary = entry.Summary is not null && entry.Content is not null;
        return New(entry, feed, newsletter, title, body.Length == 0 || hasSummary ? standfirst : "", body);
    }

    /// <summary>A story that begins with another outlet's piece: what it is about in a sentence or two, never its body.</summary>
    public static Story Begun(FeedEntry entry, FeedSettings feed, Newsletter newsletter)
    {
        var (title, standfirst) = entry.Words;
        var story = New(entry, feed, newsletter, title, standfirst, "");
        story.Sources.Add(Source(entry, feed, position: 0));
        return story;
    }

    public static StorySource Source(FeedEntry entry, FeedSettings feed, int position) => new()
    {
        Position = position,
        Outlet = feed.Outlet,
        Url = UrlOf(entry)!,
        Title = entry.Words.Title,
        Lens = feed.Lens,
        Stance = feed.Stance,
    };

    public static string? UrlOf(FeedEntry entry) => entry.Url is null ? null : CanonicalUrl.Of(entry.Url);

    /// <summary>Of everything that is taken over: an entry whose feed only stamps it anew is unchanged.</summary>
    public static byte[] Hash(FeedEntry entry) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u0001',
        [entry.Title, UrlOf(entry), entry.Summary, entry.Content, entry.Base.AbsoluteUri, entry.Language, .. entry.Categories])));

    /// <summary>A name from a title, empty where nothing of it is Latin.</summary>
    public static string Slug(string title)
    {
        var plain = new StringBuilder();
        foreach (var sign in title.Replace("ß", "ss", StringComparison.Ordinal).Normalize(NormalizationForm.FormKD).ToLowerInvariant())
        {
            var isMark = CharUnicodeInfo.GetUnicodeCategory(sign) == UnicodeCategory.NonSpacingMark || sign is '\'' or '’';
            plain.Append(char.IsAsciiLetterOrDigit(sign) ? sign.ToString() : isMark ? "" : "-");
        }

        var words = plain.ToString().Split('-', StringSplitOptions.RemoveEmptyEntries);
        return words.Aggregate("", (slug, word) => slug.Length + word.Length < LongestSlug ? $"{slug}-{word}" : slug).Trim('-');
    }

    /// <summary>Tells stories of one title apart, the same way each time.</summary>
    public static string SlugSuffix(string identity) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..12];

    private static Story New(FeedEntry entry, FeedSettings feed, Newsletter newsletter, string title, string standfirst, string body) => new()
    {
        NewsletterId = newsletter.Id,
        Slug = "",
        Title = title,
        Standfirst = InlineMarkdown.Escape(standfirst),
        Body = body,
        BodyHtml = StoryMarkdown.ToHtml(body),
        Language = Language(entry.Language, newsletter.Language),
        CanonicalUrl = UrlOf(entry),
        Topics = Topics([.. feed.Topics, .. entry.Categories], newsletter.Vocabulary),
        Weight = feed.Weight,
        Origin = StoryOrigin.Feed,
        ContentHash = Hash(entry),
    };

    private static string Body(FeedEntry entry)
    {
        var html = entry.Content ?? (entry.Summary is { Length: > LongestSummary } whole ? whole : null);
        return html is null ? "" : MarkdownWriter.Write(html, entry.Base);
    }

    /// <summary>Free words; where readers may choose from topics, those of them that the words name, by key or by label.</summary>
    private static List<string> Topics(IEnumerable<string> words, Vocabulary vocabulary)
    {
        var topics = vocabulary.Topics.Count == 0
            ? words.Select(word => word.Trim()).Where(word => word.Length is > 0 and <= 40)
            : words.Select(word => vocabulary.Topics.FirstOrDefault(topic => IsNamed(topic, word.Trim()))?.Key).OfType<string>();
        return [.. topics.Distinct(StringComparer.OrdinalIgnoreCase).Take(MostTopics)];
    }

    private static bool IsNamed(Term topic, string word) =>
        topic.Key.Equals(word, StringComparison.OrdinalIgnoreCase) || topic.Label.Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>None when it is the newsletter's own, whatever the region.</summary>
    private static string? Language(string? written, string own) =>
        written?.Trim().Replace('_', '-') is { } language && FieldChecks.Language(language) is null
            && !language.Split('-')[0].Equals(own.Split('-')[0], StringComparison.OrdinalIgnoreCase)
            ? language
            : null;
}
