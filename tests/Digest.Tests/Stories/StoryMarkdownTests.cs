using AngleSharp.Html.Parser;
using CsCheck;
using Digest.Stories;
using Shouldly;
using Xunit;

namespace Digest.Tests.Stories;

public sealed class StoryMarkdownTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("before <img src=x onerror=alert(1)> after")]
    [InlineData("[press](javascript:alert(1))")]
    [InlineData("[press](JaVaScRiPt:alert(1))")]
    [InlineData("[press](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("![x](javascript:alert(1))")]
    [InlineData("![x](https://example.com/pixel.gif)")]
    [InlineData("[x](https://example.com \"a\\\" onmouseover=alert(1) b\")")]
    [InlineData("<style>p{display:none}</style>\n\n<svg onload=alert(1)>")]
    [InlineData("| a |\n|---|\n| <iframe src=//example.com> |")]
    public void A23_hostile_markup_arrives_as_text(string markdown)
    {
        AssertSafe(StoryMarkdown.ToHtml(markdown));
        AssertSafe(StoryMarkdown.InlineHtml(markdown));
    }

    [Fact]
    public void A23_no_input_makes_unsafe_markup()
    {
        var fragment = Gen.OneOfConst(
            "<", ">", "\"", "'", "script", "onerror=", "javascript:", "](", "[", "![", "(", ")", "`", "|", "\n", "---", "&lt;", "&#x3c;",
            "https://example.com", "<a href=", "<!--", "-->", " ", "#", "*", "\\", "data:", "\u0000", "[x]: javascript:alert(1)\n");
        fragment.Array[1, 14].Sample(fragments =>
        {
            var markdown = string.Concat(fragments);
            AssertSafe(StoryMarkdown.ToHtml(markdown));
            AssertSafe(StoryMarkdown.InlineHtml(markdown));
        }, iter: 2000);
    }

    [Fact]
    public void Only_absolute_web_links_are_links()
    {
        StoryMarkdown.InlineHtml("[in](/archive), [mail](mailto:a@example.com), [out](https://example.com/a?b=1&c=2)")
            .ShouldBe("in, mail, <a href=\"https://example.com/a?b=1&amp;c=2\">out</a>");
    }

    [Fact]
    public void A_bare_address_is_a_link_in_both_forms()
    {
        StoryMarkdown.InlineHtml("See https://example.org/x.").ShouldBe("See <a href=\"https://example.org/x\">https://example.org/x</a>.");
        StoryMarkdown.InlineText("See https://example.org/x.").ShouldBe("See https://example.org/x.");
    }

    [Theory]
    [InlineData("# One\n\n## Two", "<h3>One</h3>\n<h4>Two</h4>")]
    [InlineData("## One\n\n#### Two\n\n## Three", "<h3>One</h3>\n<h4>Two</h4>\n<h3>Three</h3>")]
    [InlineData("###### Six", "<h3>Six</h3>")]
    public void Headings_begin_at_h3_and_skip_no_level(string markdown, string html) =>
        StoryMarkdown.ToHtml(markdown).ShouldBe(html);

    [Fact]
    public void A17_header_cells_say_their_scope_and_cells_keep_their_alignment()
    {
        var html = StoryMarkdown.ToHtml("| Branch | Loans |\n|---|--:|\n| North | 12 |");

        html.ShouldContain("<th scope=\"col\">Branch</th>");
        html.ShouldContain("<td style=\"text-align: right\">12</td>");
    }

    [Theory]
    [InlineData("2026. That was the year.")]
    [InlineData("- no list")]
    [InlineData("# no heading")]
    public void A_point_is_never_a_block(string point)
    {
        StoryMarkdown.InlineHtml(point).ShouldBe(point);
        StoryMarkdown.InlineText(point).ShouldBe(point);
    }

    [Fact]
    public void A_point_keeps_emphasis_and_code()
    {
        StoryMarkdown.InlineHtml("**Bold**, *soft*, `a < b` & more\nin two lines")
            .ShouldBe("<strong>Bold</strong>, <em>soft</em>, <code>a &lt; b</code> &amp; more in two lines");
        StoryMarkdown.InlineText("**Bold**, *soft*, `a < b` &amp; more\nin two lines").ShouldBe("Bold, soft, a < b & more in two lines");
    }

    [Fact]
    public void Text_reads_well_without_markup()
    {
        StoryMarkdown.ToText("""
            ## What *changed*

            A paragraph over
            two lines with [a link](https://example.com/a) & an &eacute;.

            1. First
            2. Second
               - inner

            > Said once.

            | Branch | Loans |
            |---|--:|
            | North | 12 |
            | Harbour | 1,204 |
            """).ShouldBe("""
            What changed

            A paragraph over two lines with a link (https://example.com/a) & an é.

            1. First
            2. Second
               - inner

            > Said once.

            Branch   Loans
            -------  -----
            North       12
            Harbour  1,204
            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void A_wide_table_becomes_lines_of_header_and_value()
    {
        var wide = new string('x', 80);

        StoryMarkdown.ToText($"| Clause | Says |\n|---|---|\n| 4 | {wide} |\n| 5 | short |")
            .ShouldBe($"Clause: 4\nSays: {wide}\n\nClause: 5\nSays: short");
    }

    private static void AssertSafe(string html)
    {
        foreach (var element in new HtmlParser().ParseDocument(html).Body!.QuerySelectorAll("*"))
        {
            element.LocalName.ShouldBeOneOf(
                "p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "strong", "em", "a",
                "table", "thead", "tbody", "tr", "th", "td");
            foreach (var attribute in element.Attributes)
            {
                attribute.Name.ShouldBeOneOf("href", "title", "scope", "start", "style");
                if (attribute.Name == "href")
                {
                    attribute.Value.ShouldStartWith("http");
                }
            }
        }
    }
}
