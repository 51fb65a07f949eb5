using Digest.Stories;
using Microsoft.Net.Http.Headers;

namespace Digest.Web.Api;

/// <summary>A story's entity tag, so that two writers do not undo each other unseen (RFC 9110 section 13).</summary>
internal static class StoryTag
{
    public static string Of(Story story) => $"\"{Convert.ToHexStringLower(StoryDocument.HashOf(story))[..32]}\"";

    /// <summary>Whether the stored story, or none, is what If-Match and If-None-Match say; they are strong comparisons.</summary>
    public static bool Allows(HttpRequest request, Story? stored)
    {
        var (match, noneMatch) = (request.GetTypedHeaders().IfMatch, request.GetTypedHeaders().IfNoneMatch);
        return (match.Count == 0 || Names(match, stored)) && (noneMatch.Count == 0 || !Names(noneMatch, stored));
    }

    private static bool Names(IList<EntityTagHeaderValue> tags, Story? stored) =>
        stored is not null && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || (!tag.IsWeak && tag.Tag == Of(stored)));
}
