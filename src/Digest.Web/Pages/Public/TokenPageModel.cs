namespace Digest.Web.Pages.Public;

/// <summary>A page whose address carries a reader's token.</summary>
[TokenPage]
public abstract class TokenPageModel : PublicPageModel
{
    /// <summary>Taken from the path alone: bound, a field of the form would win over it, and a broken form would lose it.</summary>
    protected string Token => (string)RouteData.Values["token"]!;
}
