namespace Digest.Web.Pages.Public;

internal static class BrokenForms
{
    /// <summary>The form of a request; none when it is cut short, lacks its boundary, holds what no text may, or is far too long.</summary>
    public static async Task<IFormCollection> FormOrNoneAsync(this HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return request.HasFormContentType ? await request.ReadFormAsync(cancellationToken) : FormCollection.Empty;
        }
        catch (Exception error) when (error is InvalidDataException or IOException or InvalidOperationException)
        {
            // It says nothing that we act on.
            return FormCollection.Empty;
        }
    }
}
