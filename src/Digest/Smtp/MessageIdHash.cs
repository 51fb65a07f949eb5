using System.Security.Cryptography;
using System.Text;

namespace Digest.Smtp;

/// <summary>A message's short name where its Message-ID would be too long or hold the wrong characters.</summary>
internal static class MessageIdHash
{
    /// <returns>32 hexadecimal digits.</returns>
    public static string Of(string messageId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(messageId)).AsSpan(0, 16));
}
