using Digest.Settings;

namespace Digest.Newsletters;

/// <summary>Reads the feeds of a newsletter's settings file.</summary>
internal static class FeedFields
{
    public static List<FeedSettings> Read(YamlFields file, Vocabulary vocabulary)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var roles = Enum.GetNames<FeedRole>().Select(name => name.ToLowerInvariant()).ToList();
        return [.. file.Mappings("feeds").Select(feed =>
        {
            var url = feed.Required(
                "url", FieldChecks.WebUrl, value => seen.Add(value) ? null : $"'{value}' stands here twice; each feed is polled once.");
            var absent = new FeedSettings(url, "");
            var read = new FeedSettings(url, feed.Required("outlet", FieldChecks.AtMost(200)))
            {
                Role = Enum.TryParse<FeedRole>(feed.Text("role", FieldChecks.OneOf(roles, "role of a feed")), ignoreCase: true, out var role) ? role : absent.Role,
                Lens = feed.Text("lens", FieldChecks.OneOf(KeysOf(vocabulary.Lenses), "lens of this newsletter")),
                Stance = feed.Text("stance", FieldChecks.OneOf(KeysOf(vocabulary.Stances), "stance of this newsletter")),
                Topics = [.. feed.Texts("topics", FieldChecks.AtMost(40)).Distinct(StringComparer.OrdinalIgnoreCase)],
                Weight = feed.WholeNumber("weight", absent.Weight, -100, 100),
                PollMinutes = feed.WholeNumber("poll_minutes", absent.PollMinutes, 5, 1440),
            };
            feed.RefuseUnknown();
            return read;
        })];
    }

    private static List<string> KeysOf(IReadOnlyList<Term> terms) => [.. terms.Select(term => term.Key)];
}
