using System.ComponentModel.DataAnnotations;
using System.Net;
using Digest.Settings;

namespace Digest.Web;

public sealed class WebSettings : ISettings
{
    public static string Section => "Digest:Web";

    /// <summary>
    /// Behind a reverse proxy: take the reader's address and scheme from X-Forwarded-For and X-Forwarded-Proto. Only what
    /// <see cref="KnownProxies"/> sends is believed, or what comes from this machine when none is named.
    /// </summary>
    public bool TrustForwardedHeaders { get; set; }

    /// <summary>Addresses or networks of the proxies, for example 10.0.0.4 or 10.0.0.0/8.</summary>
    public List<string> KnownProxies { get; set; } = [];

    /// <summary>Sign-ups taken from one IPv4 address, or one IPv6 /64, in an hour (checklist H8). Unsubscribing is never limited.</summary>
    [Range(1, 1_000_000, ErrorMessage = "must be 1 to 1000000.")]
    public int SignUpsPerHour { get; set; } = 60;

    /// <summary>Takes sent from one IPv4 address, or one IPv6 /64, in an hour.</summary>
    [Range(1, 1_000_000, ErrorMessage = "must be 1 to 1000000.")]
    public int TakesPerHour { get; set; } = 60;

    public IEnumerable<string> Problems()
    {
        foreach (var (index, text) in KnownProxies.Index())
        {
            if (NetworkOf(text) is null)
            {
                yield return $"{Section}:KnownProxies:{index} must be an IP address or a network such as 10.0.0.0/8.";
            }
        }

        if (KnownProxies.Count > 0 && !TrustForwardedHeaders)
        {
            yield return $"{Section}:KnownProxies has no effect; set {Section}:TrustForwardedHeaders to true, or remove it.";
        }
    }

    /// <summary>The proxies as networks.</summary>
    public IEnumerable<IPNetwork> Networks() => KnownProxies.Select(text => NetworkOf(text)!.Value);

    private static IPNetwork? NetworkOf(string text) =>
        IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : IPNetwork.TryParse(text, out var network) ? network
            : null;
}
