using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Net.Http.Headers;

namespace Digest.Web.Pages.Public;

/// <summary>
/// A page or file that is the same for everybody: caches keep it, it is compressed, and who has it already is told so. No
/// secret stands in it, so that compressing gives nothing away (BREACH); a page with a reader's token is never one of these.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SharedPageAttribute : Attribute, IAsyncAlwaysRunResultFilter
{
    /// <summary>Short, so that a correction is seen within a minute.</summary>
    public const string CacheControl = "public, max-age=60";

    public async Task OnResultExecutionAsync(ResultExecutingContext context, ResultExecutionDelegate next)
    {
        var request = context.HttpContext.Request;
        if (context.Result is not PageResult || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))
        {
            await next();
            return;
        }

        var response = context.HttpContext.Response;
        var body = response.Body;
        using var page = new MemoryStream();
        response.Body = page;
        try
        {
            if ((await next()).Exception is not null)
            {
                return;
            }
        }
        finally
        {
            response.Body = body;
        }

        await AnswerAsync(context.HttpContext, page.ToArray(), (context.Controller as PublicPageModel)?.YourTake?.Stamp);
    }

    private static async Task AnswerAsync(HttpContext context, byte[] page, string? stamp)
    {
        var headers = context.Response.Headers;
        var tag = TagOf(page, stamp);
        headers.ETag = tag.ToString();
        headers.CacheControl = CacheControl;
        headers.Vary = HeaderNames.AcceptEncoding;
        if (new RequestHeaders(context.Request.Headers).IfNoneMatch.Any(
            known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false)))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            headers.ContentType = default;
        }
        else if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(page, context.RequestAborted);
        }
    }

    /// <summary>
    /// Over all but the stamp of the page's form, and the day instead: a copy counts as new for a day at most, so that its form
    /// can be sent. Weak, as the bytes differ by the stamp.
    /// </summary>
    private static EntityTagHeaderValue TagOf(byte[] page, string? stamp)
    {
        var bytes = stamp is null ? page
            : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(page).Replace(stamp, DayOf(stamp), StringComparison.Ordinal));
        return new EntityTagHeaderValue($"\"{Base64Url.EncodeToString(SHA256.HashData(bytes).AsSpan(0, 16))}\"", isWeak: true);
    }

    private static string DayOf(string stamp) => $"{Feedback.TakeStamps.ShownAt(stamp):yyyy-MM-dd}";
}
