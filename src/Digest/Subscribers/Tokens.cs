using Microsoft.Extensions.Options;

namespace Digest.Subscribers;

public enum TokenPurpose
{
    Confirm,
    Unsubscribe,
    Preferences,
}

/// <param name="SubscriberId">Whom it is for.</param>
/// <param name="Version">The subscriber's token version when it was made; a lower one than the row's is revoked.</param>
/// <param name="ExpiresAt">Whole seconds, for a confirmation only.</param>
public sealed record TokenContent(long SubscriberId, int Version, DateTimeOffset? ExpiresAt);

/// <summary>Links that act for one reader (docs/decisions/0005). The same bytes on every try; URL-safe, at most 80 characters.</summary>
public sealed class Tokens(IOptions<TokenSettings> settings)
{
    public string Create(TokenPurpose purpose, TokenContent content) => throw new NotImplementedException($"{settings}{purpose}{content}");

    /// <summary>Verifies signature and purpose with any listed key; expiry and version are the caller's to judge.</summary>
    public TokenContent? Read(TokenPurpose purpose, string token) => throw new NotImplementedException($"{purpose}{token}");
}
