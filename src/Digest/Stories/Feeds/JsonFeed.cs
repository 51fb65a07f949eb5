using System.Net;
using System.Text.Json;

namespace Digest.Stories.Feeds;

/// <summary>JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1). A field of another type than it should be is an absent field.</summary>
internal static class JsonFeed
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <returns>The newest entries, and how many are left.</returns>
    /// <exception cref="FeedException">It is no feed.</exception>
    public static (IEnumerable<FeedEntry> Entries, int LeftOut) Read(string text, Uri url)
    {
        var feed = Parse(text);
        if (Field(feed, "items") is not { ValueKind: JsonValueKind.Array } items)
        {
            throw new FeedException("is JSON but no JSON Feed: it has no items; check its address.");
        }

        var language = Text(feed, "language");
        var all = items.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object).ToList();
        var read = FeedReader.Newest(all, Published);
        return (read.Select(item => Entry(item, url, language)), all.Count - read.Count);
    }

    private static JsonElement Parse(string text)
    {
        try
        {
            // The entries are read one by one while they are taken in, and so outlive the document.
            using var document = JsonDocument.Parse(text, Lenient);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new FeedException("is not well-formed JSON; ask its publisher.");
        }
    }

    private static FeedEntry Entry(JsonElement item, Uri url, string? language)
    {
        // A link blog's external_url is what the entry tells of; its own page is url.
        var link = EntryFields.Link(url, Text(item, "url") ?? Text(item, "external_url") ?? Text(item, "id"));
        var title = EntryFields.Title(Text(item, "title"), isHtml: false);
        var content = Text(item, "content_html") ?? Paragraphs(Text(item, "content_text"));
        var summary = Text(item, "summary") is { } plain ? WebUtility.HtmlEncode(plain) : null;
        return new FeedEntry(
            EntryFields.Identity(Text(item, "id"), link, title, summary ?? content),
            title, link, EntryFields.Html(summary), EntryFields.Html(content), url, Published(item), Tags(item), Text(item, "language") ?? language);
    }

    private static DateTimeOffset? Published(JsonElement item) => FeedDate.Parse(Text(item, "date_published")) ?? FeedDate.Parse(Text(item, "date_modified"));

    private static string? Paragraphs(string? text) => text is null ? null
        : string.Concat(text.ReplaceLineEndings("\n").Split("\n\n").Select(paragraph => $"<p>{WebUtility.HtmlEncode(paragraph)}</p>"));

    private static IReadOnlyList<string> Tags(JsonElement item) => Field(item, "tags") is { ValueKind: JsonValueKind.Array } tags
        ? EntryFields.Categories(tags.EnumerateArray().Where(tag => tag.ValueKind == JsonValueKind.String).Select(Value).OfType<string>())
        : [];

    /// <summary>An id is often a number.</summary>
    private static string? Text(JsonElement item, string name) => Field(item, name) switch
    {
        { ValueKind: JsonValueKind.String } text when Value(text) is { } value && !string.IsNullOrWhiteSpace(value) => value,
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    private static string? Value(JsonElement text) => Whole(() => text.GetString()) is { } value ? FeedText.Clean(value) : null;

    private static JsonElement? Field(JsonElement item, string name) => item.ValueKind == JsonValueKind.Object
        ? Whole<JsonElement?>(() => item.TryGetProperty(name, out var value) ? value : null)
        : null;

    /// <summary>None where half of a surrogate pair stands escaped, in a value or in any name beside it.</summary>
    private static T? Whole<T>(Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return default;
        }
    }
}
