using System.ComponentModel.DataAnnotations;
using Digest.Settings;

namespace Digest.Deliveries;

/// <summary>How much the servers of one recipient domain take from us, over all relays and workers.</summary>
public sealed class DomainLimit
{
    /// <summary>A message takes a server 50 ms or longer; only a guess, of when a connection will be free again.</summary>
    private const int PerConnectionAndSecond = 20;

    /// <summary>At an even pace; none is no limit.</summary>
    [Range(1, 10_000_000)]
    public int? MessagesPerMinute { get; set; }

    /// <summary>Messages under way or about to be; none is no limit.</summary>
    [Range(1, 100_000)]
    public int? Connections { get; set; }

    /// <summary>How many messages of the domain are worth a look each second.</summary>
    internal double PerSecond => Math.Min(
        MessagesPerMinute / 60.0 ?? double.MaxValue, Connections * PerConnectionAndSecond ?? double.MaxValue);

    internal IEnumerable<string> Problems(string path, string domain)
    {
        if (Uri.CheckHostName(domain) != UriHostNameType.Dns || !domain.Contains('.', StringComparison.Ordinal)
            || domain.Any(letter => char.IsAsciiLetterUpper(letter) || !char.IsAscii(letter)))
        {
            yield return $"{path}: '{domain}' is no domain of a mail address; write it in lower case, such as example.com.";
        }

        if (MessagesPerMinute is null && Connections is null)
        {
            yield return $"{path} limits nothing; set {path}:MessagesPerMinute or {path}:Connections.";
        }

        foreach (var wrong in SettingsAttributes.Problems(this, path))
        {
            yield return wrong;
        }
    }
}
