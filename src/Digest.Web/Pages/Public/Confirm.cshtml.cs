using Digest.Subscribers;
using Microsoft.AspNetCore.Mvc;

namespace Digest.Web.Pages.Public;

/// <summary>Shows on GET, confirms on POST: scanners that open every link in a mail confirm nobody (checklist B7).</summary>
public sealed class ConfirmModel(LinkOwners owners, ConfirmSubscription confirm, RequestOrigin origin) : TokenPageModel
{
    /// <summary>What came of it, or none while the button waits.</summary>
    public ConfirmResult? Result { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var owner = await FindAsync(cancellationToken);
        Result = owner is null ? ConfirmResult.Unknown
            : owner.Subscriber.State == SubscriberState.Confirmed ? ConfirmResult.AlreadyConfirmed
            : null;
    }

    public async Task OnPostAsync([FromForm] string? choice, CancellationToken cancellationToken)
    {
        if (choice != "confirm")
        {
            Response.StatusCode = StatusCodes.Status400BadRequest;
            await OnGetAsync(cancellationToken);
            return;
        }

        var owner = await FindAsync(cancellationToken);
        Result = owner is null ? ConfirmResult.Unknown : await confirm.RunAsync(Token, origin.Of(HttpContext), cancellationToken);
        Response.StatusCode = owner is null ? StatusCodes.Status404NotFound : Response.StatusCode;
    }

    private async Task<LinkOwner?> FindAsync(CancellationToken cancellationToken)
    {
        var owner = await owners.FindAsync(TokenPurpose.Confirm, Token, cancellationToken);
        (Newsletter, Title) = (owner?.Newsletter, "Confirm your subscription");
        return owner;
    }
}
