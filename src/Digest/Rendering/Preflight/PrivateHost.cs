using System.Net;
using Digest.Stories.Feeds;

namespace Digest.Rendering;

/// <summary>Hosts that only some machine or some house reaches.</summary>
public static class PrivateHost
{
    /// <summary>Top-level names that are never in the public DNS (RFC 6761, RFC 6762, ICANN's reservation of internal).</summary>
    private static readonly string[] Names = [".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test", ".invalid"];

    /// <param name="host">A name or an address, as a URL has it.</param>
    public static bool IsPrivate(string host) => IPAddress.TryParse(host.Trim('[', ']'), out var address)
        ? !PublicAddress.IsPublic(address)
        : !host.TrimEnd('.').Contains('.', StringComparison.Ordinal)
            || Array.Exists(Names, name => host.TrimEnd('.').EndsWith(name, StringComparison.OrdinalIgnoreCase));
}
