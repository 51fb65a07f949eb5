namespace Digest.Stories.Feeds;

/// <summary>One entry as its feed says it, in whatever format; texts hold nothing that could not be kept or shown.</summary>
/// <param name="Identity">guid or id; its link where it has none; what it says where it has neither.</param>
/// <param name="Title">Plain text on one line, perhaps empty.</param>
/// <param name="Url">Absolute http or https, or none.</param>
/// <param name="Summary">HTML, or none.</param>
/// <param name="Content">HTML, or none.</param>
/// <param name="Base">What links in its HTML are relative to.</param>
/// <param name="Published">None where no date could be read.</param>
/// <param name="Categories">Plain text, each on one line and not empty; at most <see cref="EntryFields.MostCategories"/>.</param>
/// <param name="Language">Language tag, or none.</param>
public sealed record FeedEntry(
    string Identity, string Title, string? Url, string? Summary, string? Content, Uri Base, DateTimeOffset? Published,
    IReadOnlyList<string> Categories, string? Language)
{
    /// <summary>Of a text that is longer, nothing is taken: it is no piece that a mail could carry.</summary>
    public const int LongestHtml = 300_000;

    /// <summary>In bytes of UTF-8: an index of PostgreSQL takes no more than 2704 in a row. A longer one is known by its hash.</summary>
    public const int LongestIdentity = 500;

    private (string Title, string Standfirst)? words;

    /// <summary>Title and standfirst by which it is compared with others; a piece without a title is named by how it begins.</summary>
    internal (string Title, string Standfirst) Words => words ??= EntryStory.WordsOf(this);
}
