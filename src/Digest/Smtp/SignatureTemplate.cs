using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Digest.Smtp;

/// <summary>
/// The DKIM-Signature of one mail, complete but for its two hashes, bh= and b=. Both have a fixed length, so MimeKit folds
/// the field once, around marks that are then overwritten. Safe to share between threads, as .NET's RSA is.
/// </summary>
internal sealed class SignatureTemplate
{
    private const string Name = "DKIM-Signature";
    private const char BodyHashMark = '#';
    private const char SignatureMark = '*';

    private readonly RSA key;
    private readonly Piece[] covered;
    private readonly byte[] written;
    private readonly int[] bodyHashAt;
    private readonly int[] signatureAt;
    private readonly byte[] relaxed;
    private readonly int relaxedBodyHashAt;

    /// <param name="key">Signs.</param>
    /// <param name="tags">All but bh= and b=, in order.</param>
    /// <param name="covered">The fields of h= in their canonical form.</param>
    public SignatureTemplate(RSA key, string tags, Piece[] covered)
    {
        this.key = key;
        this.covered = covered;
        var bodyHash = new string(BodyHashMark, Base64.GetMaxEncodedToUtf8Length(SHA256.HashSizeInBytes));
        var signature = new string(SignatureMark, Base64.GetMaxEncodedToUtf8Length(key.KeySize / 8));
        written = Encoding.ASCII.GetBytes($"{Name}: {HeaderField.RawValue(Name, $"{tags}; bh={bodyHash}; b={signature}")}\r\n");
        bodyHashAt = PlacesOf(BodyHashMark);
        signatureAt = PlacesOf(SignatureMark);
        // RFC 6376 section 3.7: the field itself is signed last, with an empty b= and without its line end.
        relaxed = Encoding.ASCII.GetBytes(HeaderField.Canonical(Name, HeaderField.RawValue(Name, $"{tags}; bh={bodyHash}; b=")));
        relaxedBodyHashAt = relaxed.AsSpan().IndexOf((byte)BodyHashMark);
    }

    /// <summary>Bytes of the field with its line end.</summary>
    public int Length => written.Length;

    /// <param name="reader">Whose message.</param>
    /// <param name="body">In canonical form (RFC 6376 section 3.4.4).</param>
    /// <param name="target">Receives the field, <see cref="Length"/> bytes.</param>
    public void Sign(ReaderValues reader, ReadOnlySpan<byte> body, Span<byte> target)
    {
        Span<byte> bodyHash = stackalloc byte[bodyHashAt.Length];
        EncodeHash(body, bodyHash);
        written.CopyTo(target);
        Fill(target, bodyHashAt, bodyHash);
        Fill(target, signatureAt, Signature(reader, bodyHash));
    }

    private byte[] Signature(ReaderValues reader, ReadOnlySpan<byte> bodyHash)
    {
        var header = ArrayPool<byte>.Shared.Rent(covered.Longest(reader) + relaxed.Length);
        var own = covered.Write(reader, header);
        relaxed.CopyTo(header.AsSpan(own));
        bodyHash.CopyTo(header.AsSpan(own + relaxedBodyHashAt));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(header.AsSpan(0, own + relaxed.Length), hash);
        ArrayPool<byte>.Shared.Return(header);
        var encoded = new byte[signatureAt.Length];
        var length = key.SignHash(hash, encoded, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Base64.EncodeToUtf8InPlace(encoded, length, out _);
        return encoded;
    }

    private static void EncodeHash(ReadOnlySpan<byte> content, Span<byte> target)
    {
        SHA256.HashData(content, target);
        Base64.EncodeToUtf8InPlace(target, SHA256.HashSizeInBytes, out _);
    }

    private static void Fill(Span<byte> target, int[] places, ReadOnlySpan<byte> value)
    {
        for (var i = 0; i < places.Length; i++)
        {
            target[places[i]] = value[i];
        }
    }

    private int[] PlacesOf(char mark) => [.. written.Index().Where(octet => octet.Item == mark).Select(octet => octet.Index)];
}
