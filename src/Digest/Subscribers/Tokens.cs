using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Digest.Subscribers;

public enum TokenPurpose
{
    Confirm = 1,
    Unsubscribe = 2,
    Preferences = 3,
}

/// <param name="SubscriberId">Whom it is for.</param>
/// <param name="Version">The subscriber's token version when it was made; a lower one than the row's is revoked.</param>
/// <param name="ExpiresAt">Whole seconds, for a confirmation only.</param>
public sealed record TokenContent(long SubscriberId, int Version, DateTimeOffset? ExpiresAt);

/// <summary>
/// Links that act for one reader (docs/decisions/0005). The same bytes on every try; URL-safe, at most 80 characters.
/// Written as base64url of: layout, purpose, length of the key id, key id, subscriber (8), version (4), expiry in
/// seconds since 1970 (8, zero for none), and the first 128 bits of the HMAC-SHA256 over all of these.
/// </summary>
public sealed class Tokens(IOptions<TokenSettings> settings)
{
    private const byte Layout = 1;
    private const int HeadBytes = 3;
    private const int ContentBytes = 20;
    private const int MacBytes = 16;
    private const int LongestBytes = HeadBytes + TokenSettings.LongestId + ContentBytes + MacBytes;
    private const int LongestText = 80;

    private readonly string signingId = settings.Value.Keys[0].Id;
    private readonly Dictionary<string, KeyedHash> secrets =
        settings.Value.Keys.ToDictionary(key => key.Id, key => new KeyedHash(Convert.FromBase64String(key.Secret)));

    public string Create(TokenPurpose purpose, TokenContent content)
    {
        Span<byte> bytes = stackalloc byte[HeadBytes + signingId.Length + ContentBytes + MacBytes];
        var signed = bytes[..^MacBytes];
        signed[0] = Layout;
        signed[1] = (byte)purpose;
        signed[2] = (byte)signingId.Length;
        Encoding.ASCII.GetBytes(signingId, signed[HeadBytes..]);
        Write(signed[^ContentBytes..], content);
        secrets[signingId].Compute(signed, bytes[^MacBytes..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Verifies signature and purpose with any listed key; expiry and version are the caller's to judge.</summary>
    public TokenContent? Read(TokenPurpose purpose, string token)
    {
        Span<byte> buffer = stackalloc byte[LongestBytes];
        if (!TryDecode(token, buffer, out var bytes))
        {
            return null;
        }

        var signed = bytes[..^MacBytes];
        if (signed[0] != Layout || signed[1] != (byte)purpose || signed.Length != HeadBytes + signed[2] + ContentBytes)
        {
            return null;
        }

        var id = Encoding.ASCII.GetString(signed[HeadBytes..^ContentBytes]);
        if (!secrets.TryGetValue(id, out var secret))
        {
            return null;
        }

        Span<byte> mac = stackalloc byte[MacBytes];
        secret.Compute(signed, mac);
        return CryptographicOperations.FixedTimeEquals(mac, bytes[^MacBytes..]) ? Parse(signed[^ContentBytes..]) : null;
    }

    private static void Write(Span<byte> target, TokenContent content)
    {
        BinaryPrimitives.WriteInt64BigEndian(target, content.SubscriberId);
        BinaryPrimitives.WriteInt32BigEndian(target[8..], content.Version);
        BinaryPrimitives.WriteInt64BigEndian(target[12..], content.ExpiresAt?.ToUnixTimeSeconds() ?? 0);
    }

    private static TokenContent Parse(ReadOnlySpan<byte> source)
    {
        var expiry = BinaryPrimitives.ReadInt64BigEndian(source[12..]);
        return new TokenContent(
            BinaryPrimitives.ReadInt64BigEndian(source),
            BinaryPrimitives.ReadInt32BigEndian(source[8..]),
            expiry == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(expiry));
    }

    /// <summary>Takes the one text that <see cref="Create"/> writes: the decoder alone would also take spaces, padding and loose last bits.</summary>
    private static bool TryDecode(string token, Span<byte> buffer, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (token.Length > LongestText || !Base64Url.IsValid(token)
            || !Base64Url.TryDecodeFromChars(token, buffer, out var length) || length < HeadBytes + ContentBytes + MacBytes)
        {
            return false;
        }

        bytes = buffer[..length];
        return Base64Url.EncodeToString(bytes) == token;
    }
}
