using System.Net;
using System.Net.Sockets;

namespace Digest.Rendering;

/// <summary>Hosts that only some machine or some house reaches.</summary>
public static class PrivateHost
{
    private static readonly IPNetwork[] Networks =
    [
        .. ((string[])[
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4", "::/127", "64:ff9b::/96", "fc00::/7", "fe80::/10", "ff00::/8",
        ]).Select(network => IPNetwork.Parse(network)),
    ];

    /// <summary>Top-level names that are never in the public DNS (RFC 6761, RFC 6762, ICANN's reservation of internal).</summary>
    private static readonly string[] Names = [".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test", ".invalid"];

    /// <param name="host">A name or an address, as a URL has it.</param>
    public static bool IsPrivate(string host) => IPAddress.TryParse(host.Trim('[', ']'), out var address)
        ? IsPrivate(address)
        : !host.TrimEnd('.').Contains('.', StringComparison.Ordinal)
            || Array.Exists(Names, name => host.TrimEnd('.').EndsWith(name, StringComparison.OrdinalIgnoreCase));

    public static bool IsPrivate(IPAddress address) => address.IsIPv4MappedToIPv6
        ? IsPrivate(address.MapToIPv4())
        : Array.Exists(Networks, network => network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address))
            || address.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6);
}
