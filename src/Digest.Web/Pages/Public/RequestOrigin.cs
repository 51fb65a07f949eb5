using Digest.Subscribers;
using Microsoft.Extensions.Options;

namespace Digest.Web.Pages.Public;

/// <summary>Where a request came from, for the consent evidence; none unless the installation records it.</summary>
public sealed class RequestOrigin(IOptions<SignUpSettings> settings)
{
    public string? Of(HttpContext context) =>
        settings.Value.RecordRemoteAddress ? context.Connection.RemoteIpAddress?.ToString() : null;
}
