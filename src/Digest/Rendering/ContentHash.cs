using System.Security.Cryptography;
using System.Text;
using Digest.Issues;

namespace Digest.Rendering;

/// <summary>
/// The SHA-256 that approval binds to: of one rendering over subject, preheader, HTML and text, each with its length before
/// it; of an issue with variants over the hashes of all of them.
/// </summary>
public static class ContentHash
{
    public static byte[] Of(RenderedMail mail)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in (ReadOnlySpan<string>)[mail.Subject, mail.Preheader, mail.Html, mail.Text])
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(System.Net.IPAddress.HostToNetworkOrder(bytes.Length)));
            hash.AppendData(bytes);
        }

        return hash.GetHashAndReset();
    }

    /// <param name="contents">All renderings of an issue; of each its variant and stored hash count.</param>
    /// <returns>That of the only rendering where there is no variant; none where there is no content.</returns>
    public static byte[]? Of(IEnumerable<IssueContent> contents) => Of([.. contents.Select(content => (content.Variant, content.Sha256))]);

    /// <inheritdoc cref="Of(IEnumerable{IssueContent})"/>
    public static byte[]? Of(IReadOnlyList<(string Variant, byte[] Sha256)> contents)
    {
        if (contents is [] or [{ Variant: "" }])
        {
            return contents is [var only] ? only.Sha256 : null;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var content in contents.OrderBy(content => content.Variant, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{content.Variant}\n"));
            hash.AppendData(content.Sha256);
        }

        return hash.GetHashAndReset();
    }

    /// <summary>Whether a rendering still is what its stored hash says.</summary>
    public static bool IsWhole(IssueContent content) => Of(RenderedMail.Of(content)).AsSpan().SequenceEqual(content.Sha256);
}
