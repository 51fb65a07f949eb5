using Digest.Newsletters;
using Digest.Stories;

namespace Digest.Rendering;

/// <summary>How much of a story the mail carries; the rest is at its address.</summary>
public enum StoryDetail
{
    /// <summary>Title and link.</summary>
    Headline,

    /// <summary>Standfirst, spread and the first of its points.</summary>
    Brief,

    /// <summary>Brief, with the body: for a story that has no standfirst to speak for it.</summary>
    BriefWithBody,

    /// <summary>Everything.</summary>
    Whole,
}

/// <summary>Words with links in them, for either twin.</summary>
/// <param name="Html">Sanitised; the only form that a template may write raw.</param>
/// <param name="Text">The same as text, its links as "text (url)".</param>
public sealed record Prose(string Html, string Text)
{
    /// <summary>Inline Markdown.</summary>
    public static Prose Of(string markdown) => new(StoryMarkdown.InlineHtml(markdown), StoryMarkdown.InlineText(markdown));

    /// <summary>The same where there is any.</summary>
    public static Prose? OfNote(string? markdown) => string.IsNullOrWhiteSpace(markdown) ? null : Of(markdown);

    /// <summary>Words without any markup.</summary>
    public static Prose Plain(string text) => new(System.Net.WebUtility.HtmlEncode(text), text);
}

/// <param name="Outlet">Who published it.</param>
/// <param name="Url">Where.</param>
/// <param name="Title">Its own title, where the story says it.</param>
/// <param name="Lens">Label of its lens.</param>
/// <param name="Stance">Label of its stance.</param>
/// <param name="Note">What it is good for.</param>
public sealed record SourceView(string Outlet, string Url, string? Title, string? Lens, string? Stance, Prose? Note)
{
    /// <summary>Lens and stance, as far as the source has them.</summary>
    public string Tags { get; } = string.Join(" · ", new[] { Lens, Stance }.Where(tag => tag is not null));

    /// <summary>All but address and note on one line.</summary>
    public string Line => $"{Outlet}{(Tags.Length > 0 ? $" [{Tags}]" : "")}{(Title is null ? "" : $": {Title}")}";
}

public sealed record FurtherReadingView(string Title, string Url, string? Outlet, Prose? Note)
{
    /// <summary>All but address and note on one line.</summary>
    public string Line => Outlet is null ? Title : $"{Outlet}: {Title}";

    public static FurtherReadingView Of(FurtherReading piece) =>
        new(piece.Title, piece.Url, piece.Outlet, Prose.OfNote(piece.Note));
}

/// <summary>A story, ready to show.</summary>
public sealed record StoryView
{
    public required string Title { get; init; }

    /// <summary>Where the story is published, or its page in the archive.</summary>
    public required string Url { get; init; }

    public required Tongue Tongue { get; init; }

    /// <summary>Of the whole story.</summary>
    public required int Minutes { get; init; }

    public required StoryDetail Detail { get; init; }

    public required Prose? Standfirst { get; init; }

    /// <summary>The editor's key points; of a brief story shown only where it has no standfirst.</summary>
    public required IReadOnlyList<Prose> KeyPoints { get; init; }

    /// <summary>The story's own sentences, for a brief story that has neither standfirst nor key points and a body too long to show.</summary>
    public required IReadOnlyList<Prose> Extract { get; init; }

    public required IReadOnlyList<Prose> Disagreements { get; init; }

    /// <summary>None when the story has no body, or shows none at this detail.</summary>
    public required Prose? Body { get; init; }

    /// <summary>None when no source has a stance.</summary>
    public required SpreadView? Spread { get; init; }

    public required IReadOnlyList<Prose> Holds { get; init; }

    public required IReadOnlyList<Prose> Scrutiny { get; init; }

    public required IReadOnlyList<Prose> Watch { get; init; }

    public required IReadOnlyList<SourceView> Sources { get; init; }

    public required IReadOnlyList<FurtherReadingView> FurtherReading { get; init; }

    public static StoryView Of(Story story, Newsletter newsletter, PublicUrls urls, StoryDetail detail)
    {
        var words = newsletter.Vocabulary;
        return new StoryView
        {
            Title = OneLine.Of(story.Title),
            Url = UrlOf(story, newsletter, urls),
            Tongue = Tongue.Of(story.Language ?? newsletter.Language),
            Minutes = ReadingTime.Of(story),
            Detail = detail,
            Standfirst = story.Standfirst.Length > 0 ? Prose.Of(story.Standfirst) : null,
            KeyPoints = [.. story.KeyPoints.Select(Prose.Of)],
            Extract = detail == StoryDetail.Brief && Summary.IsExtracted(story)
                ? [.. Issues.Synthesis.Extract.Of(story, Summary.Sentences).Select(Prose.Plain)]
                : [],
            Disagreements = [.. story.Disagreements.Select(Prose.Of)],
            // Sanitised on the way in, and once more: a row may be older than today's allow-list.
            Body = story.BodyHtml.Length > 0 && detail >= StoryDetail.BriefWithBody
                ? new Prose(SafeHtml.Sanitize(story.BodyHtml), StoryMarkdown.ToText(story.Body))
                : null,
            Spread = SpreadView.Of(story.Sources, words),
            Holds = [.. story.Holds.Select(Prose.Of)],
            Scrutiny = [.. story.Scrutiny.Select(Prose.Of)],
            Watch = [.. story.Watch.Select(Prose.Of)],
            Sources = [.. story.Sources.OrderBy(source => source.Position).Select(source => new SourceView(
                source.Outlet,
                source.Url,
                source.Title,
                LabelOf(words.Lenses, source.Lens),
                LabelOf(words.Stances, source.Stance),
                Prose.OfNote(source.Note)))],
            FurtherReading = [.. story.FurtherReading.Select(FurtherReadingView.Of)],
        };
    }

    /// <summary>Where the story is published, or its page in the archive.</summary>
    public static string UrlOf(Story story, Newsletter newsletter, PublicUrls urls) => story.CanonicalUrl ?? urls.Story(newsletter.Slug, story.Slug);

    /// <summary>What a reader of the mail reads of it.</summary>
    public IEnumerable<string> ShownTexts => Detail switch
    {
        StoryDetail.Headline => [Title],
        StoryDetail.Whole =>
        [
            Title, Standfirst?.Text ?? "", Body?.Text ?? "", .. Texts(KeyPoints), .. Texts(Disagreements), .. Texts(Holds), .. Texts(Scrutiny),
            .. Texts(Watch), .. Sources.Select(source => $"{source.Line} {source.Note?.Text}"),
        ],
        _ => [Title, .. BriefTexts],
    };

    private IEnumerable<string> BriefTexts =>
        Standfirst is { } standfirst ? [standfirst.Text, Body?.Text ?? ""] : [.. Texts(KeyPoints), .. Texts(Extract), Body?.Text ?? ""];

    private static IEnumerable<string> Texts(IReadOnlyList<Prose> points) => points.Select(point => point.Text);

    private static string? LabelOf(IReadOnlyList<Term> terms, string? key) =>
        key is null ? null : terms.FirstOrDefault(term => term.Key == key)?.Label ?? key;
}
