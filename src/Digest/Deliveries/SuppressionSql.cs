using System.Security.Cryptography;
using Digest.Subscribers;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// Asks inside a statement whether a subscriber's address is suppressed. Suppressions hold keyed hashes and subscribers
/// addresses, so the hash is computed in SQL: PostgreSQL has SHA-256, and HMAC is two of them (RFC 2104):
/// H(key xor opad, H(key xor ipad, text)). Only the two padded keys travel, as parameters.
/// </summary>
public sealed class SuppressionSql(IOptions<TokenSettings> settings)
{
    /// <summary>Equals <see cref="AddressHash.Of"/> of the address key of subscriber <c>s</c>.</summary>
    public const string Hash = "sha256(@outer_key || sha256(@inner_key || convert_to(s.address_key, 'UTF8')))";

    /// <summary>Suppressions of subscriber <c>s</c>, for the newsletter or for the whole installation; for many subscribers at once.</summary>
    public const string Matching = $"from digest.suppressions x where x.address_hash = {Hash} and {OfNewsletter}";

    /// <summary>
    /// The address of subscriber <c>s</c> is suppressed; for a few subscribers. The offset keeps PostgreSQL from reading
    /// every suppression into a hash table for them.
    /// </summary>
    public const string Suppressed = $"exists (select {Matching} offset 0)";

    /// <summary>
    /// The same for rows <c>this</c> that bring the hash of the address that they are claimed for, which spares PostgreSQL two for each.
    /// </summary>
    public const string SuppressedByHash = $"exists (select from digest.suppressions x where x.address_hash = this.address_hash and {OfNewsletter} offset 0)";

    // Or of all: null is not false. With "or", PostgreSQL would combine two index scans into a bitmap, for a row that is seldom there.
    private const string OfNewsletter = "(x.newsletter_id = s.newsletter_id) is not false";

    /// <summary>SHA-256 works on blocks of 64 bytes; a longer key is hashed first (RFC 2104 section 2).</summary>
    private const int BlockBytes = 64;

    private readonly Lazy<(byte[] Inner, byte[] Outer)> keys = new(() => Pad(Convert.FromBase64String(settings.Value.AddressSecret)));

    /// <summary>The parameters that <see cref="Hash"/> reads.</summary>
    public void AddKeys(NpgsqlParameterCollection parameters)
    {
        parameters.AddWithValue("inner_key", keys.Value.Inner);
        parameters.AddWithValue("outer_key", keys.Value.Outer);
    }

    private static (byte[] Inner, byte[] Outer) Pad(byte[] secret)
    {
        var key = new byte[BlockBytes];
        (secret.Length > BlockBytes ? SHA256.HashData(secret) : secret).CopyTo(key, 0);
        return (Array.ConvertAll(key, b => (byte)(b ^ 0x36)), Array.ConvertAll(key, b => (byte)(b ^ 0x5c)));
    }
}
