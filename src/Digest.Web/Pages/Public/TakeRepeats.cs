using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Digest.Feedback;

namespace Digest.Web.Pages.Public;

/// <summary>
/// One form sent twice by one reader, by a double click or a reload, is one take. Known by a hash of place, form and words,
/// in this process's memory alone and for as long as the form may be sent.
/// </summary>
public sealed class TakeRepeats(TimeProvider time)
{
    private const int Many = 20_000;

    private readonly ConcurrentDictionary<string, DateTimeOffset> sent = [];

    /// <returns>The name of what is sent now, or none when it was sent before.</returns>
    public string? Begin(params ReadOnlySpan<string?> parts)
    {
        Sweep();
        var name = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))));
        return sent.TryAdd(name, time.GetUtcNow()) ? name : null;
    }

    /// <summary>It was not kept after all: sending it again is no repeat.</summary>
    public void Forget(string name) => sent.TryRemove(name, out _);

    private void Sweep()
    {
        if (sent.Count < Many)
        {
            return;
        }

        var before = time.GetUtcNow() - TakeStamps.Longest;
        foreach (var (name, _) in sent.Where(one => one.Value < before))
        {
            Forget(name);
        }

        if (sent.Count >= Many)
        {
            // A flood: its own limit and its text still hold.
            sent.Clear();
        }
    }
}
