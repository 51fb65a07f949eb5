using System.Buffers.Text;
using System.Security.Cryptography;
using CsCheck;
using Digest.Subscribers;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace Digest.Tests.Subscribers;

public sealed class TokensTests
{
    private static readonly TokenPurpose[] Purposes = Enum.GetValues<TokenPurpose>();

    private static readonly Gen<TokenContent> Contents = Gen.Select(
        Gen.Long, Gen.Int, Gen.Int[1, int.MaxValue].Nullable(),
        (id, version, seconds) => new TokenContent(id, version, seconds is { } at ? DateTimeOffset.FromUnixTimeSeconds(at) : null));

    [Fact]
    public void A_token_says_what_it_was_made_of_and_fits_a_link()
    {
        var tokens = Make(("current8", 1));

        Gen.Select(Contents, Gen.OneOfConst(Purposes)).Sample((content, purpose) =>
        {
            var token = tokens.Create(purpose, content);

            token.Length.ShouldBeLessThan(80);
            token.ShouldAllBe(character => char.IsAsciiLetterOrDigit(character) || character == '-' || character == '_');
            tokens.Create(purpose, content).ShouldBe(token, "the same bytes on every try");
            tokens.Read(purpose, token).ShouldBe(content);
        });
    }

    [Fact]
    public void H3_A_token_that_was_mailed_once_never_changes()
    {
        // Worked out apart, by the layout that the class describes.
        Make(("1", 1)).Create(TokenPurpose.Unsubscribe, new TokenContent(17, 3, ExpiresAt: null))
            .ShouldBe("AQIBMQAAAAAAAAARAAAAAwAAAAAAAAAAdsIa4PZXwL6dmBoTJnbReA");
    }

    [Fact]
    public void H1_A_token_for_one_purpose_does_nothing_for_another()
    {
        var tokens = Make(("1", 1));

        Gen.Select(Contents, Gen.OneOfConst(Purposes), Gen.OneOfConst(Purposes)).Where((_, made, read) => made != read).Sample((content, made, read) =>
            tokens.Read(read, tokens.Create(made, content)).ShouldBeNull());
    }

    [Fact]
    public void H1_A_token_with_any_bit_flipped_is_none()
    {
        var tokens = Make(("1", 1));
        var bytes = Base64Url.DecodeFromChars(tokens.Create(TokenPurpose.Unsubscribe, new TokenContent(42, 1, null)));

        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var flipped = bytes.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            tokens.Read(TokenPurpose.Unsubscribe, Base64Url.EncodeToString(flipped)).ShouldBeNull();
        }
    }

    [Fact]
    public void H1_A_token_has_one_spelling()
    {
        var tokens = Make(("1", 1), ("22", 2), ("333", 3));
        var token = tokens.Create(TokenPurpose.Confirm, new TokenContent(42, 1, DateTimeOffset.UnixEpoch.AddDays(20000)));

        foreach (var place in Enumerable.Range(0, token.Length))
        {
            foreach (var other in "ABab01-_ =./%".Where(other => other != token[place]))
            {
                tokens.Read(TokenPurpose.Confirm, $"{token[..place]}{other}{token[(place + 1)..]}").ShouldBeNull();
            }
        }

        foreach (var spelling in new[] { $" {token}", $"{token} ", $"{token}=", $"{token}\n", token[..^1], $"{token}A", token.ToLowerInvariant() })
        {
            tokens.Read(TokenPurpose.Confirm, spelling).ShouldBeNull();
        }
    }

    [Fact]
    public void Whatever_stands_in_a_link_is_read_without_a_fault()
    {
        var tokens = Make(("1", 1));

        Gen.String[0, 120].Sample(text => tokens.Read(TokenPurpose.Unsubscribe, text).ShouldBeNull());
        Gen.Byte.Array[0, 60].Sample(bytes => tokens.Read(TokenPurpose.Unsubscribe, Base64Url.EncodeToString(bytes)).ShouldBeNull());
    }

    [Fact]
    public void H1_The_mac_is_128_bits_of_HMAC_SHA256_over_everything_before_it()
    {
        var bytes = Base64Url.DecodeFromChars(Make(("1", 7)).Create(TokenPurpose.Preferences, new TokenContent(42, 3, null)));

        bytes[^16..].ShouldBe(HMACSHA256.HashData(Enumerable.Repeat((byte)7, 32).ToArray(), bytes[..^16])[..16]);
    }

    [Fact]
    public void H4_After_a_rotation_the_new_key_signs_and_the_old_links_still_work()
    {
        var content = new TokenContent(42, 1, null);
        var old = Make(("old", 1));
        var rotated = Make(("new", 2), ("old", 1));
        var mailedBefore = old.Create(TokenPurpose.Unsubscribe, content);
        var mailedAfter = rotated.Create(TokenPurpose.Unsubscribe, content);

        rotated.Read(TokenPurpose.Unsubscribe, mailedBefore).ShouldBe(content);
        rotated.Read(TokenPurpose.Unsubscribe, mailedAfter).ShouldBe(content);
        old.Read(TokenPurpose.Unsubscribe, mailedAfter).ShouldBeNull();
        Make(("new", 2)).Read(TokenPurpose.Unsubscribe, mailedBefore).ShouldBeNull();
    }

    [Fact]
    public void H4_The_same_id_with_another_secret_verifies_nothing() =>
        Make(("1", 2)).Read(TokenPurpose.Unsubscribe, Make(("1", 1)).Create(TokenPurpose.Unsubscribe, new TokenContent(42, 1, null))).ShouldBeNull();

    [Fact]
    public void H3_An_expiry_counts_whole_seconds()
    {
        var tokens = Make(("1", 1));
        var content = new TokenContent(42, 1, DateTimeOffset.UnixEpoch.AddDays(20000).AddMilliseconds(750));

        tokens.Read(TokenPurpose.Confirm, tokens.Create(TokenPurpose.Confirm, content))!.ExpiresAt
            .ShouldBe(DateTimeOffset.UnixEpoch.AddDays(20000));
    }

    private static Tokens Make(params (string Id, byte Secret)[] keys) => new(Options.Create(new TokenSettings
    {
        Keys = [.. keys.Select(key => new TokenKey { Id = key.Id, Secret = Convert.ToBase64String(Enumerable.Repeat(key.Secret, 32).ToArray()) })],
    }));
}
