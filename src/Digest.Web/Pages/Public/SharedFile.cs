using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace Digest.Web.Pages.Public;

/// <summary>What is written anew for each request and is the same for everybody: a feed, a list for search engines.</summary>
internal static class SharedFile
{
    public static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>With what a conditional request asks for (RFC 9110 section 13).</summary>
    /// <param name="response">Whose headers are set.</param>
    /// <param name="text">The whole of it, in UTF-8.</param>
    /// <param name="contentType">With its charset.</param>
    /// <param name="modifiedAt">When its content last changed; none is not known.</param>
    public static IResult Answer(HttpResponse response, string text, string contentType, DateTimeOffset? modifiedAt = null)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        response.Headers.CacheControl = SharedPageAttribute.CacheControl;
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        var tag = new EntityTagHeaderValue($"\"{Base64Url.EncodeToString(SHA256.HashData(bytes).AsSpan(0, 16))}\"", isWeak: true);
        return Results.Bytes(bytes, contentType, lastModified: modifiedAt, entityTag: tag);
    }
}
