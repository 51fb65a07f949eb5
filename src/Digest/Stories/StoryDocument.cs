using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Digest.Newsletters;
using Digest.Settings;

namespace Digest.Stories;

/// <summary>A story as JSON: the front matter's names, with the body beside them (docs/api.md).</summary>
public sealed record StoryDocument
{
    private static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    [JsonPropertyName("slug")]
    public string? Slug { get; init; }

    [JsonPropertyName("title")]
    public required string Title { get; init; }

    [JsonPropertyName("published")]
    public required string Published { get; init; }

    [JsonPropertyName("body")]
    public required string Body { get; init; }

    [JsonPropertyName("standfirst")]
    public string? Standfirst { get; init; }

    [JsonPropertyName("language")]
    public string? Language { get; init; }

    [JsonPropertyName("canonical_url")]
    public string? CanonicalUrl { get; init; }

    [JsonPropertyName("topics")]
    public IReadOnlyList<string> Topics { get; init; } = [];

    [JsonPropertyName("weight")]
    public int Weight { get; init; }

    [JsonPropertyName("sources")]
    public IReadOnlyList<SourceDocument> Sources { get; init; } = [];

    [JsonPropertyName("holds")]
    public IReadOnlyList<string> Holds { get; init; } = [];

    [JsonPropertyName("scrutiny")]
    public IReadOnlyList<string> Scrutiny { get; init; } = [];

    [JsonPropertyName("watch")]
    public IReadOnlyList<string> Watch { get; init; } = [];

    [JsonPropertyName("key_points")]
    public IReadOnlyList<string> KeyPoints { get; init; } = [];

    [JsonPropertyName("disagreements")]
    public IReadOnlyList<string> Disagreements { get; init; } = [];

    [JsonPropertyName("number")]
    public NumberDocument? Number { get; init; }

    [JsonPropertyName("further_reading")]
    public IReadOnlyList<FurtherReadingDocument> FurtherReading { get; init; } = [];

    [JsonPropertyName("corrections")]
    public IReadOnlyList<CorrectionDocument> Corrections { get; init; } = [];

    public static StoryDocument Of(Story story) => new()
    {
        Slug = story.Slug,
        Title = story.Title,
        Published = Instant(story.PublishedAt),
        Body = story.Body,
        Standfirst = story.Standfirst.Length == 0 ? null : story.Standfirst,
        Language = story.Language,
        CanonicalUrl = story.CanonicalUrl,
        Topics = story.Topics,
        Weight = story.Weight,
        Sources = [.. story.Sources.OrderBy(source => source.Position).Select(SourceDocument.Of)],
        Holds = story.Holds,
        Scrutiny = story.Scrutiny,
        Watch = story.Watch,
        KeyPoints = story.KeyPoints,
        Disagreements = story.Disagreements,
        Number = story.Number is { } number ? new NumberDocument(number.Value, number.Says) : null,
        FurtherReading = [.. story.FurtherReading.Select(piece => new FurtherReadingDocument(piece.Title, piece.Url, piece.Outlet, piece.Note))],
        Corrections = [.. story.Corrections.OrderBy(said => said.At).ThenBy(said => said.Text, StringComparer.Ordinal)
            .Select(said => new CorrectionDocument(Instant(said.At), said.Text))],
    };

    /// <summary>By the rules of a story file. What is wrong is added to <paramref name="problems"/>; null when nothing could be read.</summary>
    /// <param name="json">One JSON object.</param>
    /// <param name="slug">The story's, by which it was addressed.</param>
    /// <param name="newsletter">Its vocabulary and zone.</param>
    /// <param name="problems">By field.</param>
    internal static Story? Read(ReadOnlyMemory<byte> json, string slug, Newsletter newsletter, InputProblems problems)
    {
        if (JsonFields.Read(json, problems) is not { } fields)
        {
            return null;
        }

        fields.Text("slug", value => value == slug ? null : $"is '{value}', and the address says '{slug}'; leave it out, or write the same.");
        var body = StoryFile.ReadBody(fields.Verbatim("body") ?? "", 1, "it is the story's text in Markdown.", problems);
        var story = StoryFile.Of(fields, slug, body, newsletter);
        fields.RefuseUnknown();
        StoryFile.Render(story, problems);
        story.Origin = StoryOrigin.Api;
        // Over what it says and not over how it was written: another order of the fields is the same story.
        story.ContentHash = HashOf(story);
        return story;
    }

    private static string Instant(DateTimeOffset instant) =>
        instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>SHA-256 over everything it says.</summary>
    public static byte[] HashOf(Story story) => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Of(story), Options));
}

public sealed record SourceDocument(
    [property: JsonPropertyName("outlet")] string Outlet,
    [property: JsonPropertyName("url")] string Url,
    [property: JsonPropertyName("title")] string? Title = null,
    [property: JsonPropertyName("lens")] string? Lens = null,
    [property: JsonPropertyName("stance")] string? Stance = null,
    [property: JsonPropertyName("note")] string? Note = null)
{
    internal static SourceDocument Of(StorySource source) => new(source.Outlet, source.Url, source.Title, source.Lens, source.Stance, source.Note);
}

public sealed record NumberDocument([property: JsonPropertyName("value")] string Value, [property: JsonPropertyName("says")] string Says);

/// <param name="At">When it was mended.</param>
public sealed record CorrectionDocument([property: JsonPropertyName("at")] string At, [property: JsonPropertyName("text")] string Text);

public sealed record FurtherReadingDocument(
    [property: JsonPropertyName("title")] string Title,
    [property: JsonPropertyName("url")] string Url,
    [property: JsonPropertyName("outlet")] string? Outlet = null,
    [property: JsonPropertyName("note")] string? Note = null);
