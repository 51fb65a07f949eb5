using Digest.Deliveries;
using Digest.Subscribers;

namespace Digest.Web.Pages.Public;

public enum UnsubscribeView
{
    /// <summary>Asks, with a button.</summary>
    Reading,

    Left,

    /// <summary>Asked to come back; must confirm.</summary>
    Returning,

    Unknown,
}

/// <summary>
/// Leaves on POST, by a mail client's one-click or by the page's own button; GET and HEAD change nothing (checklist B4 to
/// B9). A link that works answers 200 to either and never redirects. A press on one that does not is 404: a mail client must not
/// tell its reader that they left. Looked at, an unknown token is like any other to whoever guesses.
/// </summary>
public sealed class UnsubscribeModel(
    LinkOwners owners, Unsubscribe unsubscribe, Subscribe subscribe, LateEvidence evidence, RequestOrigin origin) : TokenPageModel
{
    public UnsubscribeView Showing { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var owner = await owners.FindAsync(TokenPurpose.Unsubscribe, Token, cancellationToken);
        (Newsletter, Title) = (owner?.Newsletter, "Unsubscribe");
        Showing = owner is null ? UnsubscribeView.Unknown
            : owner.Subscriber.State == SubscriberState.Unsubscribed ? UnsubscribeView.Left
            : UnsubscribeView.Reading;
        if (owner is not null)
        {
            await TellArrivedAsync(evidence, owner.Subscriber, cancellationToken);
        }
    }

    public async Task OnPostAsync(CancellationToken cancellationToken)
    {
        var form = await Request.FormOrNoneAsync(cancellationToken);
        var returning = false;
        // The exact pair of RFC 8058 section 3.1; a link scanner that posts something else unsubscribes nobody.
        if (form.Any(field => field.Key == "List-Unsubscribe" && field.Value == "One-Click"))
        {
            await unsubscribe.RunAsync(Token, "one-click", origin.Of(HttpContext), cancellationToken);
        }
        else if (form["choice"] == "leave")
        {
            await unsubscribe.RunAsync(Token, "unsubscribe page", origin.Of(HttpContext), cancellationToken);
        }
        else if (form["choice"] == "return")
        {
            returning = await subscribe.ReturnAsync(Token, "unsubscribe page", origin.Of(HttpContext), cancellationToken);
        }
        else
        {
            Response.StatusCode = StatusCodes.Status400BadRequest;
        }

        await OnGetAsync(cancellationToken);
        Response.StatusCode = Showing == UnsubscribeView.Unknown ? StatusCodes.Status404NotFound : Response.StatusCode;
        Showing = returning ? UnsubscribeView.Returning : Showing;
    }
}
