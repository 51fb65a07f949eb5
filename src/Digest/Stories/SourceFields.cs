using Digest.Newsletters;
using Digest.Settings;

namespace Digest.Stories;

/// <summary>Reads what a story refers to: the sources it weighs, and further reading.</summary>
internal static class SourceFields
{
    public static List<StorySource> Read(YamlFields fields, Vocabulary vocabulary)
    {
        var lenses = vocabulary.Lenses.Select(term => term.Key).ToList();
        var stances = vocabulary.Stances.Select(term => term.Key).ToList();
        return [.. fields.Mappings("sources").Select((source, position) =>
        {
            var read = new StorySource
            {
                Position = position,
                Outlet = source.Required("outlet", FieldChecks.AtMost(200)),
                Url = CanonicalUrl.WithPlace(source.Required("url", FieldChecks.WebUrl)),
                Title = source.Text("title", FieldChecks.AtMost(500)),
                Lens = source.Text("lens", FieldChecks.OneOf(lenses, "lens of this newsletter")),
                Stance = source.Text("stance", FieldChecks.OneOf(stances, "stance of this newsletter")),
                Note = source.Text("note", FieldChecks.AtMost(1000), MarkdownChecks.Inline),
            };
            source.RefuseUnknown();
            return read;
        })];
    }

    /// <returns>None when neither part is written.</returns>
    public static StoryNumber? ReadNumber(YamlFields fields)
    {
        var (value, says) = (fields.Text("value", FieldChecks.AtMost(24)), fields.Text("says", FieldChecks.AtMost(300), MarkdownChecks.Inline));
        fields.RefuseUnknown();
        if ((value ?? says) is null)
        {
            return null;
        }

        if (value is null || says is null)
        {
            fields.Report(value is null ? "value" : "says", "is missing; a number has a value and says what it counts.");
        }

        return new StoryNumber(value ?? "", says ?? "");
    }

    public static List<FurtherReading> ReadFurther(YamlFields fields) => [.. fields.Mappings("further_reading").Select(piece =>
    {
        var read = new FurtherReading(
            piece.Required("title", FieldChecks.AtMost(500)),
            piece.Required("url", FieldChecks.WebUrl),
            piece.Text("outlet", FieldChecks.AtMost(200)),
            piece.Text("note", FieldChecks.AtMost(1000), MarkdownChecks.Inline));
        piece.RefuseUnknown();
        return read;
    })];
}
