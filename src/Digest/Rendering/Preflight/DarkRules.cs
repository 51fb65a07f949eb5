using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Digest.Rendering;

/// <summary>The colours that a mail's style block gives its elements where the reader's scheme is dark.</summary>
internal sealed partial class DarkRules
{
    private readonly Dictionary<string, List<Rule>> byLast = [];

    /// <summary>The light scheme.</summary>
    public static DarkRules None { get; } = new();

    /// <returns>None when the mail has no dark scheme of its own.</returns>
    public static DarkRules? Of(IHtmlDocument document)
    {
        var rules = new DarkRules();
        var order = 0;
        foreach (var css in document.QuerySelectorAll("style")
            .SelectMany(style => DarkBlock().Matches(style.TextContent)).Select(block => block.Groups["rules"].Value))
        {
            foreach (Match rule in RuleSyntax().Matches(css))
            {
                order += rules.Add(document, rule.Groups["selector"].Value, InlineStyle.Read(rule.Groups["body"].Value), order);
            }
        }

        return order > 0 ? rules : null;
    }

    /// <summary>Colour and ground, each none when no rule says it. They insist ("!important"), so that they win over the element's own.</summary>
    public (string? Colour, string? Ground) For(IElement element)
    {
        if (byLast.Count == 0)
        {
            return default;
        }

        var matching = element.ClassList.Select(name => "." + name).Append(element.LocalName).Append("*")
            .SelectMany(key => byLast.GetValueOrDefault(key) ?? [])
            .Where(rule => rule.IsSimple || element.Matches(rule.Selector))
            .OrderBy(rule => rule.Weight).ThenBy(rule => rule.Order).ToList();
        return (
            matching.LastOrDefault(rule => rule.Style.Colour is not null)?.Style.Colour,
            matching.LastOrDefault(rule => rule.Style.Ground is not null)?.Style.Ground);
    }

    /// <returns>How many rules it is.</returns>
    private int Add(IHtmlDocument document, string selectors, InlineStyle style, int order)
    {
        var added = 0;
        foreach (var selector in selectors.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!IsKnown(document, selector))
            {
                continue;
            }

            var last = selector.Split([' ', '>', '+', '~'], StringSplitOptions.RemoveEmptyEntries)[^1];
            var key = LastClass().IsMatch(last) || LastTag().IsMatch(last) ? last : "*";
            if (!byLast.TryGetValue(key, out var rules))
            {
                byLast[key] = rules = [];
            }

            rules.Add(new Rule(selector, IsSimple: key == selector, Weight(selector), order + added, style));
            added++;
        }

        return added;
    }

    /// <summary>A selector that our parser does not know says nothing.</summary>
    private static bool IsKnown(IHtmlDocument document, string selector)
    {
        try
        {
            _ = document.DocumentElement.Matches(selector);
            return true;
        }
        catch (DomException)
        {
            return false;
        }
    }

    /// <summary>Which of two rules wins, near enough: classes and attributes before tags.</summary>
    private static int Weight(string selector) =>
        (100 * selector.Count(sign => sign == '#')) + (10 * selector.Count(sign => sign is '.' or '[' or ':')) + Tag().Count(selector);

    private sealed record Rule(string Selector, bool IsSimple, int Weight, int Order, InlineStyle Style);

    [GeneratedRegex(@"prefers-color-scheme\s*:\s*dark\s*\)[^{]*\{(?<rules>(?:[^{}]*\{[^{}]*\})*)")]
    private static partial Regex DarkBlock();

    [GeneratedRegex(@"(?<selector>[^{}]+)\{(?<body>[^{}]*)\}")]
    private static partial Regex RuleSyntax();

    [GeneratedRegex(@"^\.[\w-]+$")]
    private static partial Regex LastClass();

    [GeneratedRegex("^[a-z][a-z0-9]*$")]
    private static partial Regex LastTag();

    [GeneratedRegex(@"(?<![\w.#\[:-])[a-z][a-z0-9]*")]
    private static partial Regex Tag();
}
