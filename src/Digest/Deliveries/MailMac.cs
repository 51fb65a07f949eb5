using System.Buffers.Binary;
using System.Text;
using Digest.Subscribers;
using Microsoft.Extensions.Options;

namespace Digest.Deliveries;

/// <summary>
/// 128 bits by which our own mail is known again: HMAC-SHA256 under the secret that never changes, so that a retry, a
/// restart or a bounce years later meets the same bytes. The purpose keeps a Message-ID from passing as a return path.
/// </summary>
public sealed class MailMac(IOptions<TokenSettings> settings)
{
    public const int Bytes = 16;

    /// <summary>Kind, id and subscriber, big-endian.</summary>
    public const int KeyBytes = 1 + 8 + 8;

    private readonly Lazy<KeyedHash> secret = new(() => new KeyedHash(Convert.FromBase64String(settings.Value.AddressSecret)));

    public byte[] Of(string purpose, ReadOnlySpan<byte> content)
    {
        // The NUL ends the purpose; no address key, the other thing hashed under this secret, holds one.
        Span<byte> named = stackalloc byte[purpose.Length + 1 + content.Length];
        Encoding.ASCII.GetBytes(purpose, named);
        named[purpose.Length] = 0;
        content.CopyTo(named[(purpose.Length + 1)..]);
        var mac = new byte[Bytes];
        secret.Value.Compute(named, mac);
        return mac;
    }

    public static byte[] Write(LedgerKey key)
    {
        var bytes = new byte[KeyBytes];
        bytes[0] = (byte)key.Kind;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), key.Id);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(9), key.SubscriberId);
        return bytes;
    }

    public static LedgerKey Read(ReadOnlySpan<byte> bytes) => new(
        (LedgerKind)bytes[0], BinaryPrimitives.ReadInt64BigEndian(bytes[1..]), BinaryPrimitives.ReadInt64BigEndian(bytes[9..]));
}
