using System.Buffers.Text;
using Digest.Settings;

namespace Digest.Subscribers;

public sealed class TokenSettings : ISettings
{
    /// <summary>Bytes of a secret: at least the output of SHA-256 (RFC 2104 section 3).</summary>
    public const int SecretBytes = 32;

    /// <summary>Longest key id; a token stays within 80 characters with it.</summary>
    public const int LongestId = 8;

    public static string Section => "Digest:Tokens";

    /// <summary>The first signs, all verify: put a new key first and keep the old ones as long as their mail exists.</summary>
    public List<TokenKey> Keys { get; set; } = [];

    /// <summary>Base64, at least 32 bytes; keys the hashes of suppressed addresses and the Message-IDs. Never changed.</summary>
    public string AddressSecret { get; set; } = "";

    public IEnumerable<string> Problems()
    {
        if (Keys.Count == 0)
        {
            yield return $"{Section}:Keys is empty; make a key with `digest keys` and set {Section}:Keys:0:Id and {Section}:Keys:0:Secret.";
        }

        foreach (var (index, key) in Keys.Index())
        {
            if (key.Id.Length is 0 or > LongestId || !key.Id.All(char.IsAsciiLetterOrDigit))
            {
                yield return $"{Section}:Keys:{index}:Id must be 1 to {LongestId} letters or digits, for example 1.";
            }
            else if (Keys.Take(index).Any(earlier => earlier.Id == key.Id))
            {
                yield return $"{Section}:Keys:{index}:Id is the id of an earlier key; give every key an id of its own.";
            }

            if (!IsSecret(key.Secret))
            {
                yield return $"{Section}:Keys:{index}:Secret must be base64 of at least {SecretBytes} random bytes; make one with `digest keys`.";
            }
        }

        if (!IsSecret(AddressSecret))
        {
            yield return $"{Section}:AddressSecret must be base64 of at least {SecretBytes} random bytes; make one with `digest keys`.";
        }
    }

    private static bool IsSecret(string text) => Base64.IsValid(text, out var length) && length >= SecretBytes;
}

public sealed class TokenKey
{
    /// <summary>1 to 8 letters or digits, part of every token.</summary>
    public string Id { get; set; } = "";

    /// <summary>Base64, at least 32 bytes.</summary>
    public string Secret { get; set; } = "";
}
