using Digest.Newsletters;
using Shouldly;
using Xunit;

namespace Digest.Tests.Newsletters;

public sealed class ContrastTests
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
}
