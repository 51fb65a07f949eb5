using System.Globalization;
using Digest.Deliveries;
using Digest.Newsletters;
using Digest.Subscribers;

namespace Digest.Web.Pages.Public;

/// <summary>A page whose address carries a reader's token.</summary>
[TokenPage]
public abstract class TokenPageModel : PublicPageModel
{
    /// <summary>Taken from the path alone: bound, a field of the form would win over it, and a broken form would lose it.</summary>
    protected string Token => (string)RouteData.Values["token"]!;

    /// <summary>
    /// The link stands in one issue's mail to this reader alone, and so that mail arrived. Whoever opened it, and if only a
    /// scanner: nothing changes for the reader.
    /// </summary>
    protected async Task TellArrivedAsync(LateEvidence evidence, Subscriber reader, CancellationToken cancellationToken)
    {
        if (long.TryParse(Request.Query[PublicUrls.IssueParameter], NumberStyles.None, CultureInfo.InvariantCulture, out var issueId))
        {
            await evidence.RunAsync(new LedgerKey(LedgerKind.Delivery, issueId, reader.Id), Evidence.OwnLink, cancellationToken);
        }
    }
}
