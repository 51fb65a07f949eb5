using System.Globalization;
using AngleSharp.Dom;
using Digest.Issues;
using Digest.Newsletters;

namespace Digest.Rendering;

/// <summary>Text against its ground (WCAG 2.2, 1.4.3), from inline styles in the light scheme and with the style block's in the dark one.</summary>
internal static class ContrastCheck
{
    private const string Name = "contrast";

    private const double Least = 4.5;

    /// <summary>Of large text: from 24 pixels, or from 18.66 in bold.</summary>
    private const double LeastOfLarge = 3;

    public static IEnumerable<PreflightFinding> Find(CheckedMail mail) =>
        Weak(mail.Document.Body!, DarkRules.None, Look.Light, "light")
            .Concat(DarkRules.Of(mail.Document) is { } dark ? Weak(mail.Document.Body!, dark, Look.Dark, "dark") : []);

    private static IEnumerable<PreflightFinding> Weak(IElement body, DarkRules rules, Look client, string scheme)
    {
        var weak = new Dictionary<(string Colour, string Ground), (string Words, double Ratio, int Count)>();
        Walk(body, client);
        foreach (var ((colour, ground), (words, ratio, count)) in weak.OrderBy(pair => pair.Value.Ratio))
        {
            yield return Found.Warning(Name, string.Create(CultureInfo.InvariantCulture,
                $"In the {scheme} scheme {Found.Quote(words)}{(count > 1 ? $" and {count - 1} more" : "")} is {colour} on {ground}, {ratio:0.0}:1."),
                "Give it a colour that stands out by 4.5:1, or 3:1 where the text is large.");
        }

        void Walk(IElement element, Look inherited)
        {
            var look = inherited.In(element, rules);
            if (look.IsHidden)
            {
                return;
            }

            foreach (var child in element.ChildNodes)
            {
                if (child is IText text && !string.IsNullOrWhiteSpace(text.Data))
                {
                    Judge(text.Data, look);
                }
                else if (child is IElement inner and not { LocalName: "style" or "script" })
                {
                    Walk(inner, look);
                }
            }
        }

        void Judge(string words, Look look)
        {
            var ratio = Contrast.Between(look.Colour, look.Ground);
            if (ratio < (look.IsLarge ? LeastOfLarge : Least))
            {
                var (first, _, count) = weak.GetValueOrDefault((look.Colour, look.Ground), (words, ratio, 0));
                weak[(look.Colour, look.Ground)] = (first, ratio, count + 1);
            }
        }
    }

    /// <summary>What is inherited down to a text.</summary>
    private readonly record struct Look(string Colour, string Ground, double Pixels, bool IsBold, bool IsHidden)
    {
        /// <summary>As a client shows a mail that says nothing of itself.</summary>
        public static Look Light { get; } = new("#000000", "#ffffff", 16, IsBold: false, IsHidden: false);

        public static Look Dark { get; } = new("#ffffff", "#1e1e1e", 16, IsBold: false, IsHidden: false);

        public bool IsLarge => Pixels >= 24 || (IsBold && Pixels >= 18.66);

        public Look In(IElement element, DarkRules rules)
        {
            var said = InlineStyle.Of(element);
            var (colour, ground) = rules.For(element);
            return new Look(
                colour ?? said.Colour ?? Colour, ground ?? said.Ground ?? Ground, said.Pixels ?? Pixels,
                said.IsBold ?? (IsBold || element.LocalName is "b" or "strong" or "th" or ['h', >= '1' and <= '6']), said.IsHidden);
        }
    }
}
