using System.Globalization;
using Digest.Rendering;
using Shouldly;
using Xunit;

namespace Digest.Tests.Rendering;

public sealed class OneLineTests
{
    [Theory]
    [InlineData("Title\r\nBcc: everybody@example.com", "Title Bcc: everybody@example.com")]
    [InlineData("  a\tb\u0000c\u2028d  ", "a b c d")]
    [InlineData("", "")]
    public void A13_control_characters_and_line_ends_become_one_space(string text, string line) => OneLine.Of(text).ShouldBe(line);

    [Theory]
    [InlineData("Short enough", 20, "Short enough")]
    [InlineData("Cut after a whole word, not inside", 24, "Cut after a whole word…")]
    [InlineData("Cut after a whole word", 12, "Cut after a…")]
    [InlineData("言語モデルは誰のために", 6, "言語モデル…")]
    public void A_long_line_ends_after_a_word_with_an_ellipsis(string text, int maximum, string line) =>
        OneLine.Of(text, maximum).ShouldBe(line);

    [Fact]
    public void An_emoji_is_never_cut_in_two()
    {
        var cut = OneLine.Of(string.Concat(Enumerable.Repeat("👩‍👩‍👧‍👦", 10)), 5);

        cut.ShouldBe(string.Concat(Enumerable.Repeat("👩‍👩‍👧‍👦", 4)) + "…");
        new StringInfo(cut).LengthInTextElements.ShouldBe(5);
    }
}
