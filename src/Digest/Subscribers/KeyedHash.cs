using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Digest.Subscribers;

/// <summary>
/// HMAC-SHA256 under one secret, for those who need it several times a message: hashes are kept, as preparing one costs
/// more than hashing so little does. Safe to share between threads.
/// </summary>
public sealed class KeyedHash(byte[] secret)
{
    private readonly ConcurrentBag<IncrementalHash> kept = [];

    /// <param name="content">What is hashed.</param>
    /// <param name="target">Receives as many of the hash's 32 bytes as it has room for.</param>
    public void Compute(ReadOnlySpan<byte> content, Span<byte> target)
    {
        var hash = kept.TryTake(out var free) ? free : IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hash.AppendData(content);
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        hash.GetHashAndReset(whole);
        kept.Add(hash);
        whole[..target.Length].CopyTo(target);
    }
}
