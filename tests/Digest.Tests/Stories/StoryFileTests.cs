using Digest.Newsletters;
using Digest.Settings;
using Digest.Stories;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Stories;

public sealed class StoryFileTests
{
    private static readonly Newsletter Newsletter = Seed.NewNewsletter();

    public static TheoryData<string, string> MoreThanCanBeRead => new()
    {
        { new string('>', 200), "nested too deeply" },
        { Repeat("- ", 200) + "x", "nested too deeply" },
        { Repeat("[", 2_000), "nested too deeply" },
        { Repeat("*a ", 1_000) + "b" + Repeat(" a*", 1_000), "nested too deeply" },
        { Repeat("[a](", 20_000), "has 20,000 opening brackets; 2,000 are allowed." },
        { Repeat("a", 100_001), "is 100,001 characters long; 100,000 are allowed. Tell it shorter, or in two stories." },
        { $"|{Repeat("a|", 5_000)}\n|{Repeat("-|", 5_000)}\n{Repeat("|x|\n", 5_000)}", "has a table of more than 1,000 rows or some 50 columns" },
        { $"|a|b|\n|-|-|\n{Repeat("|x|\n", 2_000)}", "has a table of more than 1,000 rows or some 50 columns" },
    };

    [Theory]
    [MemberData(nameof(MoreThanCanBeRead), DisableDiscoveryEnumeration = true)]
    public void A_body_that_no_parser_follows_is_a_problem_of_the_body(string body, string words) =>
        ProblemsOf($"---\ntitle: T\npublished: 2026-11-13 09:30\n---\n{body}\n").ShouldContain(problem => problem.Field == "body" && problem.Message.Contains(words));

    [Theory]
    [InlineData(1, 2_001, "is 2007 characters long; 2000 are allowed.")]
    [InlineData(300, 1, "nested too deeply")]
    public void A_point_that_no_parser_follows_is_a_problem_of_the_point(int depth, int length, string words) =>
        ProblemsOf($"---\ntitle: T\npublished: 2026-11-13 09:30\nholds: \"{Repeat("*a ", depth)}{Repeat("b", length)}{Repeat(" a*", depth)}\"\n---\nBody.\n")
            .ShouldHaveSingleItem().ShouldSatisfyAllConditions(
                problem => problem.Field.ShouldStartWith("holds"), problem => problem.Message.ShouldContain(words));

    [Fact]
    public void A_body_as_long_and_as_full_of_links_and_tables_as_is_allowed_is_read()
    {
        var links = Repeat("[a](https://example.org/a) and more words about it, ", 1_900);
        var body = links[..^2] + $"\n\n|a|b|\n|-|-|\n{Repeat("|x|\n", 150)}";

        Parse($"---\ntitle: T\npublished: 2026-11-13 09:30\n---\n{body}").BodyHtml.Split("<a href").Length.ShouldBe(1_901);
    }

    private static string Repeat(string part, int times) => string.Concat(Enumerable.Repeat(part, times));

    [Fact]
    public void Everything_written_has_its_place()
    {
        var story = Parse("""
            ---
            title: "Two readings: one table"
            slug: two-readings
            published: 2026-11-13T09:30:00+01:00
            standfirst: >
              A standfirst over
              two lines.
            language: he
            canonical_url: https://example.com/two-readings
            topics: [policy, libraries]
            weight: -7
            sources:
              - outlet: The Example Wire
                url: https://example.org/wire
                title: A title
                lens: safety
                stance: pro
                note: Best on **numbers**.
              - outlet: Other
                url: http://example.net/
            holds:
              - One holds.
              - "2026. Two holds."
            scrutiny: Alone
            watch: [Next]
            further_reading:
              - title: More
                url: https://example.org/more
                outlet: The Example Wire
                note: longer
            ---

            ## Section

            Body & soul.
            """);

        story.Slug.ShouldBe("two-readings");
        story.Title.ShouldBe("Two readings: one table");
        story.PublishedAt.ShouldBe(new DateTimeOffset(2026, 11, 13, 8, 30, 0, TimeSpan.Zero));
        story.PublishedAt.Offset.ShouldBe(TimeSpan.Zero);
        story.Standfirst.ShouldBe("A standfirst over two lines.");
        story.Language.ShouldBe("he");
        story.CanonicalUrl.ShouldBe("https://example.com/two-readings");
        story.Topics.ShouldBe(["policy", "libraries"]);
        story.Weight.ShouldBe(-7);
        story.Sources.Select(source => (source.Position, source.Outlet, source.Url, source.Title, source.Lens, source.Stance, source.Note)).ShouldBe(
        [
            (0, "The Example Wire", "https://example.org/wire", "A title", "safety", "pro", "Best on **numbers**."),
            (1, "Other", "http://example.net/", null, null, null, null),
        ]);
        story.Holds.ShouldBe(["One holds.", "2026. Two holds."]);
        story.Scrutiny.ShouldBe(["Alone"]);
        story.Watch.ShouldBe(["Next"]);
        story.FurtherReading.ShouldBe([new FurtherReading("More", "https://example.org/more", "The Example Wire", "longer")]);
        story.Body.ShouldBe("## Section\n\nBody & soul.");
        story.BodyHtml.ShouldBe("<h3>Section</h3>\n<p>Body &amp; soul.</p>");
    }

    [Fact]
    public void The_least_is_a_title_an_instant_and_a_body()
    {
        var story = Parse("---\ntitle: 2026\npublished: 2026-11-13 09:30\n---\nBody", "some/folder/the-least.md");

        story.Slug.ShouldBe("the-least");
        story.Title.ShouldBe("2026");
        story.Sources.ShouldBeEmpty();
        story.Language.ShouldBeNull();
        story.Weight.ShouldBe(0);
    }

    [Theory]
    [InlineData("2026-11-13 09:30", "2026-11-13T08:30Z")]
    [InlineData("2026-07-13T09:30:15", "2026-07-13T07:30:15Z")]
    [InlineData("2026-11-13T09:30Z", "2026-11-13T09:30Z")]
    [InlineData("2026-11-13T09:30:00.250+05:45", "2026-11-13T03:45:00.250Z")]
    [InlineData("2026-11-13 09:30-08:00", "2026-11-13T17:30Z")]
    [InlineData("2026-03-29 02:30", "2026-03-29T01:00Z")]
    public void A_time_without_an_offset_is_the_newsletters(string published, string utc) =>
        Parse($"---\ntitle: T\npublished: {published}\n---\nBody").PublishedAt.ShouldBe(DateTimeOffset.Parse(utc, null));

    [Fact]
    public void A_problem_has_the_line_on_which_it_stands()
    {
        var problems = ProblemsOf("""
            ---
            titel: Wrong
            published: last Friday
            sources:
              - outlet: One
                url: https://example.org/1
                stance: prro
              - outlet: Two
                url: /relative
                lens: telescope
              - url: https://example.org/3
            holds:
              - Fine.
              - Not [fine](#here).
            weight: 101
            ---

            First.

            Then [a link](../elsewhere) and

            ![a picture](picture.png)
            """);

        problems.Select(problem => (problem.Line, problem.Field)).ShouldBe(
        [
            (2, "titel"), (2, "title"), (3, "published"), (7, "sources[0].stance"), (9, "sources[1].url"), (10, "sources[1].lens"),
            (11, "sources[2].outlet"), (14, "holds[1]"), (15, "weight"), (20, "body"), (22, "body"),
        ], ignoreOrder: true);
        problems.ShouldContain(problem => problem.ToString() == "a-story.md:2: titel: is no field here; did you mean 'title'?");
        problems.ShouldContain(problem => problem.ToString() == "a-story.md:7: sources[0].stance: 'prro' is no stance of this newsletter; did you mean 'pro'?");
        problems.ShouldContain(problem => problem.Message.Contains("known here: safety, builder, policy", StringComparison.Ordinal));
        problems.ShouldContain(problem => problem.ToString() == "a-story.md:20: body: '../elsewhere' is no link that works in a mail; "
            + "write an absolute http or https URL.");
    }

    [Theory]
    [InlineData("", 1, "does not begin with front matter")]
    [InlineData("# Title\n\nBody", 1, "does not begin with front matter")]
    [InlineData("---\ntitle: T\n\nBody", 1, "has no line ---")]
    [InlineData("---\ntitle: T: two\n---\nBody", 2, "must stand in quotes")]
    [InlineData("---\n---\nBody", 1, "holds no fields")]
    [InlineData("---\ntitle: T\npublished: 2026-11-13 09:30\n---\n\n", 5, "body: is missing")]
    [InlineData("---\ntitle: T\npublished: 2026-11-13 09:30\n---\nA \u0000 body", 5, "U+0000")]
    [InlineData("---\ntitle: \"T\\u0007\"\npublished: 2026-11-13 09:30\n---\nBody", 2, "U+0007")]
    [InlineData("---\ntitle: T\npublished: 2026-11-13\n---\nBody", 3, "no date and time")]
    [InlineData("---\ntitle: T\npublished: 2026-11-13 09:30\nholds:\n  - a: b\n---\nBody", 5, "must stand in quotes")]
    public void What_is_no_story_is_said_to_be_none(string text, int line, string says)
    {
        var problem = ProblemsOf(text).ShouldHaveSingleItem();

        problem.Line.ShouldBe(line);
        problem.ToString().ShouldContain(says);
    }

    [Theory]
    [InlineData("-", "standard input has no file name")]
    [InlineData("My Story.md", "'My Story' is no slug")]
    public void A_story_needs_a_name(string fileName, string says) =>
        Should.Throw<InputException>(() => Parse("---\ntitle: T\npublished: 2026-11-13 09:30\n---\nBody", fileName))
            .Problems.ShouldHaveSingleItem().ToString().ShouldContain(says);

    [Fact]
    public void Line_ends_and_a_byte_order_mark_are_no_change()
    {
        const string Text = "---\ntitle: T\npublished: 2026-11-13 09:30\n---\nBody\n\nMore";
        var windows = Parse("\uFEFF" + Text.ReplaceLineEndings("\r\n"));

        windows.ContentHash.ShouldBe(Parse(Text).ContentHash);
        windows.Body.ShouldBe("Body\n\nMore");
    }

    [Fact]
    public void A23_markup_in_a_story_arrives_as_text()
    {
        var story = Parse("---\ntitle: <script>alert(1)</script>\npublished: 2026-11-13 09:30\n---\n<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>");

        story.BodyHtml.ShouldNotContain("<script");
        story.BodyHtml.ShouldNotContain("<img");
        story.BodyHtml.ShouldContain("&lt;script&gt;");
    }

    private static Story Parse(string text, string fileName = "a-story.md") => StoryFile.Parse(text, fileName, Newsletter);

    private static IReadOnlyList<InputProblem> ProblemsOf(string text) => Should.Throw<InputException>(() => Parse(text)).Problems;
}
