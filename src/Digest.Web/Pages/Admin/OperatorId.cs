using System.Security.Claims;

namespace Digest.Web.Pages.Admin;

internal static class OperatorId
{
    /// <summary>For log lines; the name is an address and stays out of them.</summary>
    public static string? Of(ClaimsPrincipal user) => user.FindFirstValue(ClaimTypes.NameIdentifier);
}
