using Digest.Settings;

namespace Digest.Subscribers;

public sealed class TokenSettings : ISettings
{
    public static string Section => "Digest:Tokens";

    /// <summary>The first signs, all verify: put a new key first and keep the old ones as long as their mail exists.</summary>
    public List<TokenKey> Keys { get; set; } = [];

    /// <summary>Base64, at least 32 bytes; keys the hashes of suppressed addresses and the Message-IDs. Never changed.</summary>
    public string AddressSecret { get; set; } = "";

    public IEnumerable<string> Problems() => [];
}

public sealed class TokenKey
{
    /// <summary>1 to 8 letters or digits, part of every token.</summary>
    public string Id { get; set; } = "";

    /// <summary>Base64, at least 32 bytes.</summary>
    public string Secret { get; set; } = "";
}
