using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Digest.Subscribers;

/// <summary>The keyed hash by which suppressed addresses are kept: HMAC-SHA256 of the address key.</summary>
public sealed class AddressHash(IOptions<TokenSettings> settings)
{
    private readonly Lazy<byte[]> secret = new(() => Convert.FromBase64String(settings.Value.AddressSecret));

    public byte[] Of(string addressKey) => HMACSHA256.HashData(secret.Value, Encoding.UTF8.GetBytes(addressKey));
}
