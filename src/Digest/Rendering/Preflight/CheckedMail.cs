using System.Globalization;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Digest.Newsletters;

namespace Digest.Rendering;

/// <summary>A mail as the checks read it: parsed and walked through once.</summary>
internal sealed class CheckedMail
{
    private static readonly HtmlParser Parser = new();

    private readonly List<CheckedLink> links = [];
    private readonly List<CheckedImage> images = [];
    private readonly List<CheckedHeading> headings = [];
    private readonly List<Passage> passages = [];
    private string? heading;
    private int readAtLastLink = -1;

    public CheckedMail(Newsletter newsletter, RenderedMail mail)
    {
        (Newsletter, Mail) = (newsletter, mail);
        Document = Parser.ParseDocument(mail.Html);
        Walk(Document.Body!, isCode: false, isLink: false);
        Words = string.Join(' ', passages.Select(passage => passage.Words.Trim()));
    }

    public Newsletter Newsletter { get; }

    public RenderedMail Mail { get; }

    public IHtmlDocument Document { get; }

    public IReadOnlyList<CheckedLink> Links => links;

    public IReadOnlyList<CheckedImage> Images => images;

    public IReadOnlyList<CheckedHeading> Headings => headings;

    /// <summary>Every run of text of the body, in order.</summary>
    public IReadOnlyList<Passage> Passages => passages;

    /// <summary>All of them.</summary>
    public string Words { get; }

    /// <summary>Text without all that two parts may write differently: letters and digits, in lower case.</summary>
    public static string Letters(string text)
    {
        var letters = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes().Where(Rune.IsLetterOrDigit))
        {
            letters.Append(Rune.ToLower(rune, CultureInfo.InvariantCulture));
        }

        return letters.ToString();
    }

    /// <summary>Where a thing stands, when its own words do not say it already.</summary>
    public static string Under(string? heading, string words) =>
        heading is null || heading == OneLine.Of(words.Trim()) ? "" : $" under {Found.Quote(heading)}";

    private void Walk(INode node, bool isCode, bool isLink)
    {
        foreach (var child in node.ChildNodes)
        {
            if (child is IText text)
            {
                if (!string.IsNullOrWhiteSpace(text.Data))
                {
                    passages.Add(new Passage(text.Data, heading, isCode, isLink));
                }
            }
            else if (child is IElement element and not { LocalName: "style" or "script" })
            {
                Visit(element, isCode || element.LocalName is "code" or "pre", isLink || element.LocalName == "a");
            }
        }
    }

    private void Visit(IElement element, bool isCode, bool isLink)
    {
        if (element.LocalName is ['h', >= '1' and <= '6'])
        {
            heading = OneLine.Of(element.TextContent.Trim());
            headings.Add(new CheckedHeading(element.LocalName[1] - '0', NameOf(element), IsOfFigure(element)));
        }
        else if (element.LocalName == "img")
        {
            images.Add(new CheckedImage(element, heading));
        }

        var isOutermostLink = element.LocalName == "a" && (element.HasAttribute("href") || !element.HasAttribute("name"));
        if (isOutermostLink)
        {
            links.Add(new CheckedLink(element.GetAttribute("href"), NameOf(element), heading, readAtLastLink == passages.Count + images.Count));
        }

        Walk(element, isCode, isLink);
        if (isOutermostLink)
        {
            readAtLastLink = passages.Count + images.Count;
        }
        else if (element.LocalName is ['h', >= '1' and <= '6'])
        {
            // A heading and what stands below it are apart, to the eye and to a screen reader.
            readAtLastLink = -1;
        }
    }

    private static string NameOf(IElement element) => OneLine.Of((element.GetAttribute("aria-label")
        ?? $"{element.TextContent} {string.Join(' ', element.QuerySelectorAll("img[alt]").Select(image => image.GetAttribute("alt")))}").Trim());

    /// <summary>Only below the second level: a story's own heading has more under it than a figure.</summary>
    private static bool IsOfFigure(IElement element) =>
        element.LocalName is not ("h1" or "h2") && element.ParentElement!.Children.Any(beside => beside.GetAttribute("aria-hidden") == "true");
}
