namespace Digest.Stories.Feeds;

/// <summary>What a feed's server answered when it could be asked at all.</summary>
/// <param name="Url">Where it came from in the end; relative links are relative to it.</param>
/// <param name="Bytes">Decompressed; none when nothing changed (RFC 9110 section 15.4.5).</param>
/// <param name="Charset">Of its Content-Type, where it names one.</param>
/// <param name="ETag">To be sent with the next poll.</param>
/// <param name="LastModified">To be sent with the next poll, as the server wrote it.</param>
/// <param name="MovedTo">Where it has moved for good, when it says so.</param>
public sealed record FeedAnswer(Uri Url, byte[]? Bytes, string? Charset, string? ETag, string? LastModified, Uri? MovedTo);
