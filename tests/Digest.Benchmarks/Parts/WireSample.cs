using System.Text;
using System.Text.RegularExpressions;
using Digest.Benchmarks.Sends;
using Digest.Benchmarks.Sinks;

namespace Digest.Benchmarks.Parts;

/// <summary>What one message of ours weighs on the wire, from a few that a worker sends: smtp-source then sends as much.</summary>
internal static partial class WireSample
{
    private const int Messages = 20;

    /// <returns>Bytes of a message, on average.</returns>
    /// <exception cref="BenchException">The messages are not personal, or not signed as they should be.</exception>
    public static async Task<int> MeasureAsync(Bench bench, bool signed, CancellationToken cancellationToken)
    {
        await using var sink = new DelaySink(TimeSpan.Zero, Messages) { Keeps = true };
        await Send.RunAsync(bench, new SendPlan(Messages, Connections: 1, Signed: signed), sink, cancellationToken);
        var headers = sink.Kept.Select(HeaderOf).ToList();
        var links = headers.Select(header => UnsubscribeLink().Match(header).Groups[1].Value).Where(link => link.Length > 0).Distinct().Count();
        if (links != Messages)
        {
            throw new BenchException($"{Messages} messages carry {links} different links to unsubscribe: they are not personal.");
        }

        if (headers.Exists(header => header.Contains("DKIM-Signature:", StringComparison.Ordinal) != signed))
        {
            throw new BenchException($"The messages are {(signed ? "not signed" : "signed")}.");
        }

        return (int)(sink.Bytes / Messages);
    }

    /// <summary>Unfolded.</summary>
    private static string HeaderOf(byte[] message) =>
        Encoding.ASCII.GetString(message, 0, message.AsSpan().IndexOf("\r\n\r\n"u8)).Replace("\r\n ", " ", StringComparison.Ordinal)
            .Replace("\r\n\t", " ", StringComparison.Ordinal);

    [GeneratedRegex(@"List-Unsubscribe:\s*<(https://[^>]+)>", RegexOptions.IgnoreCase)]
    private static partial Regex UnsubscribeLink();
}
