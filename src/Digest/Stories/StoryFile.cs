using System.Security.Cryptography;
using System.Text;
using Digest.Newsletters;
using Digest.Settings;

namespace Digest.Stories;

/// <summary>The written form of a story: Markdown with YAML front matter (docs/stories.md).</summary>
public static class StoryFile
{
    private static readonly FieldCheck Point = FieldChecks.AtMost(MarkdownLimits.LongestPoint);

    /// <param name="text">The whole file.</param>
    /// <param name="fileName">The name it is reported by; also the slug, where none is written.</param>
    /// <param name="newsletter">Its vocabulary names the stances and lenses; its zone reads a time without an offset.</param>
    /// <exception cref="InputException">The file is no valid story; every problem is named.</exception>
    public static Story Parse(string text, string fileName, Newsletter newsletter)
    {
        var problems = new InputProblems(fileName);
        var story = Read(text, newsletter, problems);
        problems.ThrowIfAny();
        return story!;
    }

    /// <summary>As <see cref="Parse"/>, but what is wrong is added to <paramref name="problems"/>; null when nothing could be read.</summary>
    internal static Story? Read(string text, Newsletter newsletter, InputProblems problems)
    {
        if (FrontMatter.Split(text, problems) is not { } parts)
        {
            return null;
        }

        var body = ReadBody(parts.Body, parts.BodyLine, "it follows the line --- that ends the front matter.", problems);
        if (YamlFields.Read(parts.Yaml, problems) is not { } fields)
        {
            return null;
        }

        var story = Of(fields, ReadSlug(fields, problems.File), body, newsletter);
        story.ContentHash = SHA256.HashData(Encoding.UTF8.GetBytes(FrontMatter.Normalize(text)));
        fields.RefuseUnknown();
        Render(story, problems);
        return story;
    }

    /// <summary>What is refused for anything is not rendered: it may be more than can be.</summary>
    internal static void Render(Story story, InputProblems problems) =>
        story.BodyHtml = problems.All.Count == 0 ? StoryMarkdown.ToHtml(story.Body) : "";

    /// <summary>The fields that a file's front matter and the API's JSON have in common.</summary>
    internal static Story Of(YamlFields fields, string slug, string body, Newsletter newsletter)
    {
        return new Story
        {
            NewsletterId = newsletter.Id,
            Slug = slug,
            Title = fields.Required("title", FieldChecks.AtMost(500)),
            Standfirst = fields.Text("standfirst", FieldChecks.AtMost(1000), MarkdownChecks.Inline) ?? "",
            Body = body,
            Language = fields.Text("language", FieldChecks.Language),
            CanonicalUrl = fields.Text("canonical_url", FieldChecks.WebUrl, CanonicalUrl.Check) is { } url ? CanonicalUrl.Of(url) : null,
            PublishedAt = PublishedField.Read(fields, newsletter.Zone),
            Weight = fields.WholeNumber("weight", absent: 0, least: -100, most: 100),
            Topics = ReadTopics(fields, newsletter.Vocabulary),
            Sources = SourceFields.Read(fields, newsletter.Vocabulary),
            Holds = [.. fields.Texts("holds", Point, MarkdownChecks.Inline)],
            Scrutiny = [.. fields.Texts("scrutiny", Point, MarkdownChecks.Inline)],
            Watch = [.. fields.Texts("watch", Point, MarkdownChecks.Inline)],
            KeyPoints = [.. fields.Texts("key_points", Point, MarkdownChecks.Inline)],
            Disagreements = [.. fields.Texts("disagreements", Point, MarkdownChecks.Inline)],
            Number = SourceFields.ReadNumber(fields.Mapping("number")),
            FurtherReading = SourceFields.ReadFurther(fields),
            Corrections = ReadCorrections(fields, newsletter.Zone),
        };
    }

    private static List<Correction> ReadCorrections(YamlFields fields, TimeZoneInfo zone) => [.. fields.Mappings("corrections").Select(written =>
    {
        var correction = new Correction
        {
            At = PublishedField.Read(written, zone, "at"),
            Text = written.Required("text", FieldChecks.AtMost(Correction.LongestText), MarkdownChecks.Inline),
        };
        written.RefuseUnknown();
        return correction;
    })];

    /// <summary>Free words, or, where readers may choose from topics, these.</summary>
    private static List<string> ReadTopics(YamlFields fields, Vocabulary vocabulary)
    {
        var check = vocabulary.Topics.Count == 0
            ? FieldChecks.AtMost(40)
            : FieldChecks.OneOf([.. vocabulary.Topics.Select(topic => topic.Key)], "topic of this newsletter");
        return [.. fields.Texts("topics", check).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <param name="body">Markdown, LF line ends.</param>
    /// <param name="firstLine">Its first line's number where the problems are read.</param>
    /// <param name="where">Where one that is missing belongs.</param>
    /// <param name="problems">What is wrong with it.</param>
    internal static string ReadBody(string body, int firstLine, string where, InputProblems problems)
    {
        if (string.IsNullOrWhiteSpace(body))
        {
            problems.Add(firstLine, "body", $"is missing; {where}");
        }

        foreach (var (line, written) in body.Split('\n').Index())
        {
            if (FieldChecks.Printable(written) is { } wrong)
            {
                problems.Add(firstLine + line, "body", wrong);
            }
        }

        foreach (var (line, wrong) in StoryMarkdown.Problems(body.TrimEnd('\n'), inline: false))
        {
            problems.Add(firstLine + line, "body", wrong);
        }

        return body.Trim('\n');
    }

    /// <summary>The file's name is the story's, unless it names another.</summary>
    private static string ReadSlug(YamlFields fields, string fileName)
    {
        var check = FieldChecks.Slug(100);
        if (fields.Text("slug", check) is { } written)
        {
            return written;
        }

        var slug = Path.GetFileNameWithoutExtension(fileName);
        if (fileName == StoryInput.StandardInput)
        {
            fields.Report("slug", "is missing; standard input has no file name to take it from.");
        }
        else if (check(slug) is { } wrong)
        {
            fields.Report("slug", $"is missing, and the file's name will not do: {wrong}");
        }

        return slug;
    }
}
