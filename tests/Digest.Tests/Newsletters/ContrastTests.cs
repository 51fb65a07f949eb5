using System.Text.RegularExpressions;
using Digest.Newsletters;
using Digest.Tests.Architecture;
using Shouldly;
using Xunit;

namespace Digest.Tests.Newsletters;

public sealed partial class ContrastTests
{
    [Theory]
    [InlineData("#000000", "#ffffff", 21.0)]
    [InlineData("#FFFFFF", "#ffffff", 1.0)]
    [InlineData("#767676", "#ffffff", 4.54)]
    [InlineData("#777777", "#ffffff", 4.48)]
    public void A18_contrast_is_measured_as_WCAG_does(string colour, string ground, double ratio)
    {
        Contrast.Between(colour, ground).ShouldBe(ratio, 0.005);
        Contrast.Between(ground, colour).ShouldBe(ratio, 0.005);
    }

    [Fact]
    public void A18_the_colours_of_a_newsletter_without_any_are_readable()
    {
        Contrast.Between(new Brand().Accent, Brand.LightGround).ShouldBeGreaterThan(4.5);
        Contrast.Between(new Brand().AccentDark, Brand.DarkGround).ShouldBeGreaterThan(4.5);
    }

    [Fact]
    public void A18_an_accent_is_checked_on_the_hardest_ground_that_the_templates_have()
    {
        var css = File.ReadAllText(Checkout.PathOf("templates/mail.css"));
        var dark = css.IndexOf("prefers-color-scheme: dark", StringComparison.Ordinal);
        dark.ShouldBeGreaterThan(0);

        Grounds(css[..dark]).Min(ground => Contrast.Between(ground, "#000000")).ShouldBe(Contrast.Between(Brand.LightGround, "#000000"));
        Grounds(css[dark..]).Min(ground => Contrast.Between(ground, "#ffffff")).ShouldBe(Contrast.Between(Brand.DarkGround, "#ffffff"));
    }

    private static IEnumerable<string> Grounds(string css) => Ground().Matches(css).Select(match => match.Groups[1].Value);

    [GeneratedRegex("--(?:page|sheet|tint): (#[0-9a-f]{6});")]
    private static partial Regex Ground();
}
