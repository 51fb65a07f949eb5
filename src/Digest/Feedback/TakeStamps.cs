using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Digest.Subscribers;
using Microsoft.Extensions.Options;

namespace Digest.Feedback;

public enum StampState
{
    Good,

    /// <summary>Sent sooner after it was shown than anybody reads.</summary>
    TooFast,

    /// <summary>Shown too long ago, or not by us.</summary>
    TooOld,
}

/// <summary>
/// When a form was shown, signed, so that no form is made up or kept for later. Written as seconds since 1970, a hyphen, and
/// the first 128 bits of an HMAC-SHA256 in base64url. It names nobody: all who are shown a form in one second get the same.
/// </summary>
public sealed class TakeStamps(IOptions<TokenSettings> settings, TimeProvider time)
{
    private const int MacBytes = 16;

    /// <summary>Short, for from a mail one comes with the choice made and has only to press the button.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);

    /// <summary>A tab may stay open overnight.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(2);

    private readonly List<KeyedHash> keys = [.. settings.Value.Keys.Select(key => new KeyedHash(Convert.FromBase64String(key.Secret)))];

    /// <param name="form">Which form; a stamp is good for no other.</param>
    public string Create(string form)
    {
        var seconds = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"{seconds}-{Base64Url.EncodeToString(Mac(keys[0], form, seconds))}";
    }

    /// <summary>The instant that a stamp of ours names.</summary>
    public static DateTimeOffset ShownAt(string stamp) =>
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(stamp.AsSpan(0, stamp.IndexOf('-', StringComparison.Ordinal)), CultureInfo.InvariantCulture));

    /// <summary>Any listed key verifies, so that a form outlives a change of keys.</summary>
    public StampState Judge(string form, string? stamp)
    {
        var parts = (stamp ?? "").Split('-', 2);
        if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || !keys.Any(key => IsSigned(key, form, parts[0], parts[1])))
        {
            return StampState.TooOld;
        }

        var age = time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds);
        return age < Shortest ? StampState.TooFast : age > Longest ? StampState.TooOld : StampState.Good;
    }

    private static bool IsSigned(KeyedHash key, string form, string seconds, string signature) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(Base64Url.EncodeToString(Mac(key, form, seconds))), Encoding.UTF8.GetBytes(signature));

    /// <summary>The words before are those of no reader's token, which begins with the number of its layout.</summary>
    private static byte[] Mac(KeyedHash key, string form, string seconds)
    {
        var mac = new byte[MacBytes];
        key.Compute(Encoding.UTF8.GetBytes($"take form\n{form}\n{seconds}"), mac);
        return mac;
    }
}
