using System.Net.Http.Headers;

namespace Digest.Web.Api;

/// <summary>Reads the JSON that a request carries.</summary>
internal static class StoryBody
{
    /// <summary>A long story with a hundred sources is a tenth of it.</summary>
    public const int Largest = 1024 * 1024;

    /// <returns>The bytes, or the answer that refuses them.</returns>
    public static async Task<(ReadOnlyMemory<byte> Json, IResult? Refusal)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!IsJson(request.ContentType))
        {
            request.HttpContext.Response.Headers.Accept = "application/json";
            return (default, ApiProblem.Of(StatusCodes.Status415UnsupportedMediaType, ApiProblem.NotJson));
        }

        // One byte more tells too large from just so; what is declared too large is not read at all.
        var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (request.ContentLength is null or <= Largest && read.Length <= Largest && await request.Body.ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            read.Write(buffer, 0, count);
        }

        return request.ContentLength > Largest || read.Length > Largest
            ? (default, ApiProblem.Of(StatusCodes.Status413PayloadTooLarge, $"A story is at most {Largest / 1024} KiB of JSON."))
            : (read.ToArray(), null);
    }

    private static bool IsJson(string? written) =>
        MediaTypeHeaderValue.TryParse(written, out var type)
        && type.MediaType is { } media && (media.Equals("application/json", StringComparison.OrdinalIgnoreCase) || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase))
        && (type.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
