namespace Digest.Stories.Feeds;

/// <summary>
/// Reads RSS 0.9 to 2.0, Atom and JSON Feed as they are found, not as they should be. Whatever the bytes, it ends in
/// entries or in a <see cref="FeedException"/>; an entry that cannot be read does not take the others with it.
/// </summary>
public static class FeedReader
{
    /// <summary>More is no feed but an archive; the first of them are the newest in every feed that is one, and no more are read.</summary>
    internal const int MostEntries = 500;

    /// <param name="bytes">The answer's body, decompressed.</param>
    /// <param name="charset">Of its Content-Type.</param>
    /// <param name="url">Where it came from.</param>
    /// <param name="cancellationToken">Stops between two entries.</param>
    /// <returns>In the feed's order, each identity once.</returns>
    /// <exception cref="FeedException">It is no feed.</exception>
    public static IReadOnlyList<FeedEntry> Read(ReadOnlySpan<byte> bytes, string? charset, Uri url, CancellationToken cancellationToken = default)
    {
        var text = FeedText.Clean(FeedText.Decode(bytes, charset)).Trim().TrimStart('\uFEFF').TrimStart();
        if (text.Length == 0)
        {
            throw new FeedException("is empty; ask its publisher.");
        }

        var entries = text[0] == '{' ? JsonFeed.Read(text, url) : XmlFeed.Read(text, url);
        return [.. Stopping(entries, cancellationToken).DistinctBy(entry => entry.Identity)];
    }

    private static IEnumerable<FeedEntry> Stopping(IEnumerable<FeedEntry> entries, CancellationToken cancellationToken)
    {
        foreach (var entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return entry;
        }
    }
}
