using System.Net.Sockets;

namespace Digest.Web.Pages.Public;

/// <summary>Whence a request came, as far as limits go by it; kept in memory only and never written down.</summary>
internal static class RequestPlace
{
    /// <summary>One subscriber line: an IPv4 address, or the /64 that an IPv6 provider hands out.</summary>
    public static string Of(HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        null => "unknown",
        { IsIPv4MappedToIPv6: true } address => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } address => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        var address => address.ToString(),
    };
}
