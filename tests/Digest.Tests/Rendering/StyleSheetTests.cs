using Digest.Newsletters;
using Digest.Rendering;
using Digest.Settings;
using Shouldly;
using Xunit;

namespace Digest.Tests.Rendering;

public sealed class StyleSheetTests
{
    private const string Css = """
        /* a comment with { braces } */
        :root { --ink: #111111; --ground: #ffffff; --accent: #000000; }
        @media (prefers-color-scheme: dark) { :root { --ink: #eeeeee; } .only-dark { opacity: 0.9; } }
        .a, .b { color: var(--ink); margin: 0; }
        .c { color: var(--accent); background-color: var(--ground); }
        @media (max-width: 599px) { .a { margin: 4px; } }
        """;

    private static readonly StyleSheet Sheet = StyleSheet.Parse(Css, new Brand { Accent = "#aa0000", AccentDark = "#ffaaaa" });

    [Fact]
    public void Light_rules_carry_plain_values()
    {
        Sheet.Rules.Select(rule => rule.Selector).ShouldBe([".a,.b", ".c"]);
        Sheet.Rules[0].Declarations.ShouldBe([new("color", "#111111"), new("margin", "0")]);
        Sheet.Rules[1].Declarations[0].Value.ShouldBe("#aa0000");
    }

    [Fact]
    public void The_head_block_says_only_what_the_dark_scheme_changes()
    {
        var dark = Sheet.HeadBlock[Sheet.HeadBlock.IndexOf("dark){", StringComparison.Ordinal)..];

        dark.ShouldContain(".a,.b{color:#eeeeee!important}");
        dark.ShouldContain(".c{color:#ffaaaa!important}");
        dark.ShouldContain(".only-dark{opacity:0.9!important}");
        dark.ShouldContain("[data-ogsc] .a,[data-ogsc] .b{color:#eeeeee!important}");
        dark.ShouldNotContain("background-color");
        dark.ShouldNotContain("margin");
    }

    [Fact]
    public void Rules_for_narrow_screens_insist() => Sheet.HeadBlock.ShouldContain("@media (max-width: 599px){.a{margin:4px!important}");

    [Theory]
    [InlineData(".a { color: var(--nothing); }", "--nothing")]
    [InlineData(".a { color; }", "'color'")]
    public void A_mistake_names_the_file_and_itself(string css, string named)
    {
        var message = Should.Throw<InputException>(() => StyleSheet.Parse(css, new Brand())).Message;

        message.ShouldStartWith("mail.css: ");
        message.ShouldContain(named);
    }
}
