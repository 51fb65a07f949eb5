using Digest.Stories;
using Microsoft.Net.Http.Headers;

namespace Digest.Web.Api;

/// <summary>A story's entity tag, so that two writers do not undo each other unseen (RFC 9110 section 13).</summary>
internal static class StoryTag
{
    public static string Of(Story story) => $"\"{Convert.ToHexStringLower(StoryDocument.HashOf(story))[..32]}\"";

    /// <summary>Which of the two headers is there and names no entity tag. It is no header that is absent: its writer meant to be careful.</summary>
    public static string? Unreadable(HttpRequest request)
    {
        var (headers, typed) = (request.Headers, request.GetTypedHeaders());
        return headers.IfMatch.Count > 0 && typed.IfMatch.Count == 0 ? HeaderNames.IfMatch
            : headers.IfNoneMatch.Count > 0 && typed.IfNoneMatch.Count == 0 ? HeaderNames.IfNoneMatch
            : null;
    }

    /// <summary>Whether the stored story, or none, is what If-Match and If-None-Match say; they are strong comparisons.</summary>
    public static bool Allows(HttpRequest request, Story? stored)
    {
        var (match, noneMatch) = (request.GetTypedHeaders().IfMatch, request.GetTypedHeaders().IfNoneMatch);
        return (match.Count == 0 || Names(match, stored)) && (noneMatch.Count == 0 || !Names(noneMatch, stored));
    }

    private static bool Names(IList<EntityTagHeaderValue> tags, Story? stored) =>
        stored is not null && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || (!tag.IsWeak && tag.Tag == Of(stored)));
}
