namespace Digest.Newsletters;

/// <summary>How a newsletter looks. Colours are #rrggbb and are checked for contrast when the settings are applied.</summary>
public sealed record Brand
{
    /// <summary>The darkest light ground of the templates: an accent that reads here reads on every lighter one.</summary>
    public const string LightGround = "#f4f1eb";

    /// <summary>The lightest dark ground of the templates.</summary>
    public const string DarkGround = "#24221e";

    /// <summary>Colour of links and the masthead rule on a light ground.</summary>
    public string Accent { get; init; } = "#9a3412";

    /// <summary>The same on a dark ground.</summary>
    public string AccentDark { get; init; } = "#fdba74";

    /// <summary>Absolute https URL of a logo, or none: the name is then set in type.</summary>
    public string? LogoUrl { get; init; }

    /// <summary>The publication's own site.</summary>
    public string? SiteUrl { get; init; }

    /// <summary>Who is behind the mail, in one or two sentences at its foot.</summary>
    public string About { get; init; } = "";
}
