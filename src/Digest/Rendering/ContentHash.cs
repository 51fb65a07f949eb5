using System.Security.Cryptography;
using System.Text;

namespace Digest.Rendering;

/// <summary>The SHA-256 that approval binds to: over subject, preheader, HTML and text, each with its length before it.</summary>
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
}
