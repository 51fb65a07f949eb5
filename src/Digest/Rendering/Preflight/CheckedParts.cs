using AngleSharp.Dom;

namespace Digest.Rendering;

/// <summary>A link of the HTML part.</summary>
/// <param name="Target">As written; none without one.</param>
/// <param name="Name">What a screen reader says.</param>
/// <param name="Heading">The heading before it.</param>
/// <param name="FollowsLink">Nothing to read parts it from the link before.</param>
internal sealed record CheckedLink(string? Target, string Name, string? Heading, bool FollowsLink)
{
    /// <summary>How a sentence names it.</summary>
    public string Place => $"The link {(Name.Length > 0 ? Found.Quote(Name) : "without words")}{CheckedMail.Under(Heading, Name)}";
}

/// <param name="Element">The picture.</param>
/// <param name="Heading">The heading before it.</param>
internal sealed record CheckedImage(IElement Element, string? Heading)
{
    public string Source => Element.GetAttribute("src") ?? "";

    /// <summary>How a sentence names it.</summary>
    public string Place => $"The image {Found.Quote(Element.GetAttribute("alt") is { Length: > 0 } alt ? alt : Source)}{CheckedMail.Under(Heading, "")}";
}

/// <param name="Level">1 to 6.</param>
/// <param name="Words">Its text on one line.</param>
/// <param name="OfFigure">It names a figure that stands beside it and that a text part draws in its own way.</param>
internal sealed record CheckedHeading(int Level, string Words, bool OfFigure);

/// <param name="Words">As written.</param>
/// <param name="Heading">The heading before them.</param>
/// <param name="IsCode">Inside <c>code</c> or <c>pre</c>, where signs stand for themselves.</param>
/// <param name="IsLink">Inside a link.</param>
internal sealed record Passage(string Words, string? Heading, bool IsCode, bool IsLink)
{
    public string Place => $"The text {Found.Quote(Words)}{CheckedMail.Under(Heading, Words)}";
}
