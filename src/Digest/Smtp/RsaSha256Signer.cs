using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;

namespace Digest.Smtp;

/// <summary>
/// RSA-SHA256 by .NET behind the interface that MimeKit asks for. MimeKit's own goes through BouncyCastle's managed
/// arithmetic, which takes some 10 ms a message; this takes 0.3 ms. The key may be shared between threads, a signer may not.
/// </summary>
internal sealed class RsaSha256Signer(RSA key) : ISigner
{
    // Disposed by the one call that ends every signature; DkimSigner has no other use for it.
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public string AlgorithmName => "SHA-256withRSA";

    public void Init(bool forSigning, ICipherParameters parameters)
    {
        // The key came with the constructor.
    }

    public void Update(byte input) => hash.AppendData([input]);

    public void BlockUpdate(byte[] input, int inOff, int inLen) => hash.AppendData(input, inOff, inLen);

    public void BlockUpdate(ReadOnlySpan<byte> input) => hash.AppendData(input);

    public int GetMaxSignatureSize() => key.KeySize / 8;

    public byte[] GenerateSignature()
    {
        using (hash)
        {
            return key.SignHash(hash.GetHashAndReset(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
    }

    public bool VerifySignature(byte[] signature) => throw new NotSupportedException("This signs only.");

    public void Reset() => hash.GetHashAndReset();
}
