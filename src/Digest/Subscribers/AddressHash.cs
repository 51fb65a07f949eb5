using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Digest.Subscribers;

/// <summary>The keyed hash by which suppressed addresses are kept: HMAC-SHA256 of the address key.</summary>
public sealed class AddressHash(IOptions<TokenSettings> settings)
{
    public byte[] Of(string addressKey) =>
        HMACSHA256.HashData(Convert.FromBase64String(settings.Value.AddressSecret), Encoding.UTF8.GetBytes(addressKey));
}
