using System.Net;
using System.Net.Sockets;

namespace Digest.Stories.Feeds;

/// <summary>Whether an address is one of the public internet's, by the special-purpose registries (RFC 6890) and what hides in them.</summary>
public static class PublicAddress
{
    private static readonly IPNetwork[] SpecialV4 = Networks(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        // A cloud's platform service that answers to its machines on a public address; the others' lie in 169.254, 100.64 and 192.0.0.
        "168.63.129.16/32");

    /// <summary>What is assigned to hosts at all (RFC 4291 section 2.4); loopback, unique-local, link-local and multicast lie outside.</summary>
    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");

    /// <summary>Teredo, ORCHID, benchmarks and documentation.</summary>
    private static readonly IPNetwork[] SpecialV6 = Networks("2001::/23", "2001:db8::/32", "3fff::/20");

    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    public static bool IsPublic(IPAddress address) => address switch
    {
        { AddressFamily: AddressFamily.InterNetwork } => !SpecialV4.Any(network => network.Contains(address)),
        { IsIPv4MappedToIPv6: true } => IsPublic(address.MapToIPv4()),
        { AddressFamily: AddressFamily.InterNetworkV6 } => IsPublicV6(new IPAddress(address.GetAddressBytes())),
        _ => false,
    };

    /// <summary>An address that carries an IPv4 address leads there, through a gateway (RFC 3056 section 2, RFC 6052 section 2.1).</summary>
    private static bool IsPublicV6(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return SixToFour.Contains(address) ? IsPublic(new IPAddress(bytes.AsSpan(2, 4)))
            : Nat64.Contains(address) ? IsPublic(new IPAddress(bytes.AsSpan(12, 4)))
            : GlobalV6.Contains(address) && !SpecialV6.Any(network => network.Contains(address));
    }

    private static IPNetwork[] Networks(params string[] networks) => [.. networks.Select(IPNetwork.Parse)];
}
