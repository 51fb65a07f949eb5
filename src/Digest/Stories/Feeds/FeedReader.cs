namespace Digest.Stories.Feeds;

/// <param name="Entries">In the feed's order, each identity once.</param>
/// <param name="LeftOut">Older entries that were not read, as there are too many.</param>
public sealed record FeedDocument(IReadOnlyList<FeedEntry> Entries, int LeftOut);

/// <summary>
/// Reads RSS 0.9 to 2.0, Atom and JSON Feed as they are found, not as they should be. Whatever the bytes, it ends in
/// entries or in a <see cref="FeedException"/>; an entry that cannot be read does not take the others with it.
/// </summary>
public static class FeedReader
{
    /// <summary>More is no feed but an archive, of which the newest are read, wherever they stand.</summary>
    internal const int MostEntries = 500;

    /// <param name="bytes">The answer's body, decompressed.</param>
    /// <param name="charset">Of its Content-Type.</param>
    /// <param name="url">Where it came from.</param>
    /// <param name="cancellationToken">Stops between two entries.</param>
    /// <exception cref="FeedException">It is no feed.</exception>
    public static FeedDocument Read(ReadOnlySpan<byte> bytes, string? charset, Uri url, CancellationToken cancellationToken = default)
    {
        var text = FeedText.Clean(FeedText.Decode(bytes, charset)).Trim().TrimStart('\uFEFF').TrimStart();
        if (text.Length == 0)
        {
            throw new FeedException("is empty; ask its publisher.");
        }

        var (entries, leftOut) = text[0] == '{' ? JsonFeed.Read(text, url) : XmlFeed.Read(text, url);
        return new([.. Stopping(entries, cancellationToken).DistinctBy(entry => entry.Identity)], leftOut);
    }

    /// <summary>As many as are read, in the feed's order. Those without a date count as the oldest; among equals, the first as the newest.</summary>
    internal static IReadOnlyList<T> Newest<T>(IReadOnlyList<T> entries, Func<T, DateTimeOffset?> publishedOf) => entries.Count <= MostEntries ? entries :
    [
        .. entries.Index().OrderByDescending(entry => publishedOf(entry.Item) ?? DateTimeOffset.MinValue).ThenBy(entry => entry.Index)
            .Take(MostEntries).OrderBy(entry => entry.Index).Select(entry => entry.Item),
    ];

    private static IEnumerable<FeedEntry> Stopping(IEnumerable<FeedEntry> entries, CancellationToken cancellationToken)
    {
        foreach (var entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return entry;
        }
    }
}
