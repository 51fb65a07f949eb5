using Digest.Settings;

namespace Digest.Newsletters;

/// <summary>Reads the vocabulary of a newsletter's settings file.</summary>
internal static class VocabularyFields
{
    public static Vocabulary Read(YamlFields fields)
    {
        var stances = ReadTerms(fields, "stances");
        if (stances.Count is 1 or > 9)
        {
            fields.Report("stances", $"has {stances.Count}; a scale has 2 to 9 stances, from one pole to the other.");
        }

        var vocabulary = new Vocabulary
        {
            Stances = stances,
            LowPole = fields.Text("low_pole", FieldChecks.AtMost(30)) ?? stances.FirstOrDefault()?.Label ?? "",
            HighPole = fields.Text("high_pole", FieldChecks.AtMost(30)) ?? stances.LastOrDefault()?.Label ?? "",
            Lenses = ReadTerms(fields, "lenses"),
            Topics = ReadTopics(fields),
            Headings = ReadHeadings(fields.Mapping("headings")),
        };
        fields.RefuseUnknown();
        return vocabulary;
    }

    private static List<Term> ReadTopics(YamlFields fields)
    {
        var topics = ReadTerms(fields, "topics");
        if (topics.Count > Vocabulary.MostTopics)
        {
            fields.Report("topics", $"has {topics.Count}; readers choose from at most {Vocabulary.MostTopics} topics.");
        }

        return topics;
    }

    private static List<Term> ReadTerms(YamlFields fields, string key)
    {
        var seen = new HashSet<string>();
        var terms = new List<Term>();
        foreach (var term in fields.Mappings(key))
        {
            terms.Add(new Term(
                term.Required("key", FieldChecks.Slug(40), value => seen.Add(value) ? null : $"'{value}' stands here twice; each key is written once."),
                term.Required("label", FieldChecks.AtMost(40))));
            term.RefuseUnknown();
        }

        return terms;
    }

    private static Headings ReadHeadings(YamlFields fields)
    {
        var absent = new Headings();
        var headings = new Headings
        {
            Spread = fields.Text("spread", FieldChecks.AtMost(60)) ?? absent.Spread,
            Sources = fields.Text("sources", FieldChecks.AtMost(60)) ?? absent.Sources,
            Holds = fields.Text("holds", FieldChecks.AtMost(60)) ?? absent.Holds,
            Scrutiny = fields.Text("scrutiny", FieldChecks.AtMost(60)) ?? absent.Scrutiny,
            Watch = fields.Text("watch", FieldChecks.AtMost(60)) ?? absent.Watch,
            FurtherReading = fields.Text("further_reading", FieldChecks.AtMost(60)) ?? absent.FurtherReading,
            Disagreements = fields.Text("disagreements", FieldChecks.AtMost(60)) ?? absent.Disagreements,
            Number = fields.Text("number", FieldChecks.AtMost(60)) ?? absent.Number,
            WeekSpread = fields.Text("week_spread", FieldChecks.AtMost(60)) ?? absent.WeekSpread,
            Corrections = fields.Text("corrections", FieldChecks.AtMost(60)) ?? absent.Corrections,
        };
        fields.RefuseUnknown();
        return headings;
    }
}
