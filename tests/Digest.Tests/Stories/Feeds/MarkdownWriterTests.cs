using System.Net;
using CsCheck;
using Digest.Stories;
using Digest.Stories.Feeds;
using Shouldly;
using Xunit;

namespace Digest.Tests.Stories.Feeds;

/// <summary>A feed's HTML on its way into a story.</summary>
public sealed class MarkdownWriterTests
{
    private static readonly Uri Page = new("https://paper.example.org/2026/piece");

    [Theory]
    [InlineData("<p>One</p><p>Two <b>bold</b> and <em>soft</em></p>", "<p>One</p>\n<p>Two <strong>bold</strong> and <em>soft</em></p>")]
    [InlineData("<h1>Top</h1><h2>Below</h2><p>x</p>", "<h3>Top</h3>\n<h4>Below</h4>\n<p>x</p>")]
    [InlineData("<a href='../other?a=1&amp;b=2'>there</a>", "<p><a href=\"https://paper.example.org/other?a=1&amp;b=2\">there</a></p>")]
    [InlineData("<a href='javascript:alert(1)'>there</a>", "<p>there</p>")]
    [InlineData("<img src='/p.png' alt='A chart'><img src='/count.gif' width=1>", "<p><a href=\"https://paper.example.org/p.png\">A chart</a></p>")]
    [InlineData("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>")]
    [InlineData("<blockquote><p>said</p></blockquote>", "<blockquote>\n<p>said</p>\n</blockquote>")]
    [InlineData("<pre><code>if (a &lt; b) { `x` }\n  y</code></pre>", "<pre><code>if (a &lt; b) { `x` }\n  y\n</code></pre>")]
    [InlineData("<script>alert(1)</script><style>p{}</style><p onclick=x>safe<iframe src=//e></iframe></p>", "<p>safe</p>")]
    [InlineData("first line<br>second", "<p>first line<br>\nsecond</p>")]
    [InlineData("<div><div>in <span>a</span> div</div>then</div>", "<p>in a div</p>\n<p>then</p>")]
    public void Html_keeps_what_a_mail_can_say(string html, string expected) =>
        StoryMarkdown.ToHtml(MarkdownWriter.Write(html, Page)).ShouldBe(expected);

    [Fact]
    public void A_table_of_data_stays_one()
    {
        var html = StoryMarkdown.ToHtml(MarkdownWriter.Write("<table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td><td>x<br>y</td></tr></table>", Page));

        html.ShouldContain("<td>1|2</td>");
        html.ShouldContain("<td>x y</td>");
    }

    [Fact]
    public void Text_means_itself_whatever_signs_it_holds()
    {
        var sign = Gen.OneOfConst(
            "a", "Word", " ", "*", "**", "_", "`", "```", "#", "+", "-", "=", "1.", "2)", "[x]", "](", "(y)", "<b>", "</b>", "&amp;", "&", "|", "~", "!", "\\", ">", "\"", "'",
            "https://example.org/a_b", "www.example.org", "mailto:a@example.org", ":", "---", "{", "}", "$", "^", "§", "ü", "日本", "😀");
        sign.Array[1, 12].Sample(signs =>
        {
            var text = string.Join(' ', string.Concat(signs).Split(' ', StringSplitOptions.RemoveEmptyEntries));
            var markdown = MarkdownWriter.Write($"<p>{WebUtility.HtmlEncode(text)}</p>", Page);
            StoryMarkdown.ToText(markdown).ShouldBe(text);
        }, iter: 5000);
    }

    [Fact]
    public void No_html_makes_unsafe_markup_or_fails()
    {
        var part = Gen.OneOfConst(
            "<p>", "</p>", "<a href='", "javascript:alert(1)", "'>", "</a>", "<img src=x onerror=y>", "<script>", "</script>", "<table><tr><td>", "</table>", "<ul><li>", "<pre>",
            "<blockquote>", "<b>", "</b>", "<i>", "text", "&lt;script&gt;", "](javascript:x)", "`", "\n\n", "    ", "<!--", "-->", "<svg><style>", "<br>", "<h1>", "<math>", "\u0000", "<template>");
        part.Array[1, 25].Sample(parts =>
        {
            var html = StoryMarkdown.ToHtml(MarkdownWriter.Write(string.Concat(parts), Page));
            html.ShouldNotContain("<script", Case.Insensitive);
            html.ShouldNotContain("href=\"javascript", Case.Insensitive);
            html.ShouldNotContain("<img", Case.Insensitive);
        }, iter: 5000);
    }

    [Fact]
    public void Markup_without_an_end_is_no_end_of_the_program()
    {
        foreach (var tag in (string[])["<div>", "<b>", "<ul><li>", "<blockquote>", "<table><tr><td>", "<a href=x>", "<span>"])
        {
            StoryMarkdown.ToHtml(MarkdownWriter.Write(string.Concat(Enumerable.Repeat(tag, 2000)) + "deep", Page)).Length.ShouldBeLessThan(100_000);
        }
    }
}
