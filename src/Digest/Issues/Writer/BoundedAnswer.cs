namespace Digest.Issues.Writer;

/// <summary>Reads an answer as far as it may go: an endpoint that never stops talking fills no memory.</summary>
internal sealed class BoundedAnswer(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    public const int MostBytes = 256 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            await response.Content.LoadIntoBufferAsync(MostBytes, cancellationToken);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
