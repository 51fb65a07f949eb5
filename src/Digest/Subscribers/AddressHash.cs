using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Digest.Subscribers;

/// <summary>The keyed hash by which suppressed addresses are kept: HMAC-SHA256 of the address key.</summary>
public sealed class AddressHash(IOptions<TokenSettings> settings)
{
    private readonly Lazy<KeyedHash> keyed = new(() => new KeyedHash(Convert.FromBase64String(settings.Value.AddressSecret)));

    public byte[] Of(string addressKey)
    {
        var hash = new byte[HMACSHA256.HashSizeInBytes];
        keyed.Value.Compute(Encoding.UTF8.GetBytes(addressKey), hash);
        return hash;
    }
}
