using System.Text.Json.Serialization;
using Digest.Data;
using Digest.Newsletters;
using Digest.Stories;

namespace Digest.Web.Api;

/// <summary>A stored story, and what is known of it beside what it says.</summary>
/// <param name="Story">What it says; may be put again as it is.</param>
/// <param name="Url">Where readers find it.</param>
/// <param name="Origin">How it came in last: written, api or feed.</param>
/// <param name="Created">When it first came in.</param>
/// <param name="Updated">When it last changed.</param>
/// <param name="Outcome">After a PUT: created, changed or unchanged.</param>
internal sealed record StoryAnswer(
    [property: JsonPropertyName("story")] StoryDocument Story,
    [property: JsonPropertyName("url")] string Url,
    [property: JsonPropertyName("origin")] string Origin,
    [property: JsonPropertyName("created")] DateTimeOffset Created,
    [property: JsonPropertyName("updated")] DateTimeOffset Updated,
    [property: JsonPropertyName("outcome"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Outcome = null)
{
    public static StoryAnswer Of(Story story, string newsletter, PublicUrls urls, string? outcome = null) => new(
        StoryDocument.Of(story), story.CanonicalUrl ?? urls.Story(newsletter, story.Slug), SnakeCase.Of(story.Origin), Kept(story.CreatedAt), Kept(story.UpdatedAt), outcome);

    /// <summary>As the database keeps it, in whole microseconds: the answer to a write says what the next reading will.</summary>
    private static DateTimeOffset Kept(DateTimeOffset instant) => instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerMicrosecond));
}

/// <param name="Stories">In the order in which they came in.</param>
/// <param name="Next">The path of the next page; none after the last.</param>
internal sealed record StoryPage(
    [property: JsonPropertyName("stories")] IReadOnlyList<StoryAnswer> Stories,
    [property: JsonPropertyName("next")] string? Next);
