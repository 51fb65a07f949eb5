using System.Globalization;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Digest.Web.Pages.Public;

/// <summary>What a reader sees in place of a bare status. Never reached by a redirect; the status stays what it was.</summary>
[TokenPage]
public sealed class ErrorsModel : PublicPageModel
{
    public string Heading { get; private set; } = "";

    public string Advice { get; private set; } = "";

    /// <summary>Whatever the method: the page stands in for the one that was asked for.</summary>
    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        var code = int.Parse((string)RouteData.Values["code"]!, CultureInfo.InvariantCulture);
        (Heading, Advice) = code switch
        {
            StatusCodes.Status404NotFound => ("There is nothing at this address", "It may have moved, or the link may have been cut short on its way to you."),
            StatusCodes.Status429TooManyRequests => ("Too many sign-ups at once", "Many came from your network within the hour. Please try again a little later."),
            >= 500 => ("Something broke on our side", "It has been noted. Nothing you did was lost; please try again in a minute."),
            _ => ("That did not work", "Please go back and try again."),
        };
        Title = Heading;
    }
}
