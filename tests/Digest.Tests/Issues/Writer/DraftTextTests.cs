using System.Net;
using CsCheck;
using Digest.Issues.Writer;
using Digest.Stories;
using Shouldly;
using Xunit;

namespace Digest.Tests.Issues.Writer;

public sealed class DraftTextTests
{
    /// <summary>Pieces of which markup is made, so that they meet.</summary>
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.String,
        Gen.OneOfConst(
            "{", "{{", "}}", "unsubscribe_url", "<", ">", "</a>", "<b>", "<!--", "[", "](", ")", "![", "http://a.example", "*", "**", "_", "__", "`", "~~", "\\",
            "&", "&amp;", "&lt;", "&#123;", "&#x7b;", "amp;", "lt;", "#123;", "\r\n", "\n", "\t", "\0", "\u202e", "\u200b", "\ufeff", "|", "#", "- ", "1. ", " ", "a", "Ä", "中", "5", "'", "\"")
        .Array[0, 30].Select(string.Concat));

    [Fact]
    public void What_is_left_means_the_same_as_text_and_as_inline_Markdown() => Texts.Where(text => !text.Contains('\uFFFD', StringComparison.Ordinal)).Sample(text =>
    {
        var plain = DraftText.Plain(text);

        plain.ShouldNotContain("{{");
        plain.Any(char.IsControl).ShouldBeFalse();
        DraftText.Plain(plain).ShouldBe(plain);
        if (!DraftText.HoldsAddress(plain))
        {
            StoryMarkdown.InlineText(plain).ShouldBe(plain);
            WebUtility.HtmlDecode(StoryMarkdown.InlineHtml(plain)).ShouldBe(plain);
            StoryMarkdown.InlineHtml(plain).ShouldNotContain('<');
        }
    });

    [Theory]
    [InlineData("**Bold** and _soft_ and `code`", "Bold and soft and code")]
    [InlineData("[a label](https://evil.example) stays", "a label stays")]
    [InlineData("A <b>tag</b><script>alert(1)</script>", "A tagalert(1)")]
    [InlineData("&lt;b&gt;twice&lt;/b&gt; &amp;lt;i&amp;gt;hidden", "twice hidden")]
    [InlineData("{{unsubscribe_url}} {{ confirm_url }}", "unsubscribe_url confirm_url")]
    [InlineData("one\r\nline\u202e only\u200b", "one line only")]
    [InlineData("AT&T, 3 &lt; 4, snake_case", "AT&T, 3 4, snake_case")]
    [InlineData("می\u200cخواهم", "می\u200cخواهم")]
    public void Markup_goes_and_its_words_stay(string text, string plain) => DraftText.Plain(text).ShouldBe(plain);

    [Theory]
    [InlineData("go to https://a.example", true)]
    [InlineData("go to //a.example", true)]
    [InlineData("go to www.a", true)]
    [InlineData("go to evil.example/win", true)]
    [InlineData("go to evil．example", true)]
    [InlineData("write to me@here", true)]
    [InlineData("call tel:+1234", true)]
    [InlineData("The U.S. grew 3.5 percent, e.g. in May. The rest: none.", false)]
    public void An_address_is_one_however_it_is_written(string plain, bool isAddress) => DraftText.HoldsAddress(plain).ShouldBe(isAddress);
}
