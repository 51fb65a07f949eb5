using System.Text;
using System.Text.RegularExpressions;
using Digest.Newsletters;

namespace Digest.Rendering;

/// <summary>
/// templates/mail.css, read for mail clients. The file is ordinary CSS whose colours are custom properties, with a second
/// set of them for the dark scheme. Few clients know custom properties and many drop style blocks, so each rule's light
/// form is written into the elements (<see cref="StyleInliner"/>) and one small block says what changes: on narrow
/// screens, and in the dark scheme.
/// </summary>
/// <param name="Rules">Light rules for every width, in the order of the file; a later one wins.</param>
/// <param name="HeadBlock">Content of the one style element.</param>
public sealed partial record StyleSheet(IReadOnlyList<StyleRule> Rules, string HeadBlock)
{
    private const string Dark = "@media (prefers-color-scheme:dark)";

    /// <summary>The sheet in a newsletter's colours: its accents are the file's <c>--accent</c>.</summary>
    public static StyleSheet Parse(string css, Brand brand)
    {
        var source = Comment().Replace(css, "");
        var blocks = Media().Matches(source).ToLookup(media => Spaces().Replace(media.Groups["query"].Value.Trim(), " "), media => media.Groups["rules"].Value);
        var plain = RulesOf(Media().Replace(source, ""));
        var dark = blocks.Where(block => IsDark(block.Key)).SelectMany(block => block).SelectMany(RulesOf).ToList();

        var light = Variables(plain);
        light["--accent"] = brand.Accent;
        var night = new Dictionary<string, string>(light);
        foreach (var (name, value) in Variables(dark))
        {
            night[name] = value;
        }

        night["--accent"] = brand.AccentDark;

        var rules = plain.Where(rule => rule.Selector != ":root").ToList();
        var changed = rules
            .Select(rule => rule with { Declarations = [.. rule.Declarations.Where(declaration => Resolve(declaration.Value, light) != Resolve(declaration.Value, night))] })
            .Where(rule => rule.Declarations.Count > 0)
            .Concat(dark.Where(rule => rule.Selector != ":root"))
            .ToList();

        var head = new StringBuilder(":root{color-scheme:light dark;supported-color-schemes:light dark}\n");
        foreach (var block in blocks.Where(block => !IsDark(block.Key)))
        {
            head.Append("@media ").Append(block.Key).Append('{').Append(Important(block.SelectMany(RulesOf), light)).Append("}\n");
        }

        var darkRules = ByDeclaration(changed);
        head.Append(Dark).Append('{').Append(Important(darkRules, night)).Append("}\n");
        // Outlook.com ignores the query and marks what it darkens instead.
        head.Append(Important(darkRules.Select(rule => rule with { Selector = "[data-ogsc] " + rule.Selector.Replace(",", ",[data-ogsc] ", StringComparison.Ordinal) }), night));
        return new StyleSheet(
            [.. rules.Select(rule => rule with { Declarations = [.. rule.Declarations.Select(d => d with { Value = Resolve(d.Value, light) })] })],
            head.ToString());
    }

    private static List<StyleRule> RulesOf(string css) =>
    [
        .. Rule().Matches(css).Select(rule => new StyleRule(
            Spaces().Replace(rule.Groups["selector"].Value.Trim(), " ").Replace(", ", ",", StringComparison.Ordinal),
            [
                .. rule.Groups["body"].Value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select(declaration => declaration.Split(':', 2, StringSplitOptions.TrimEntries))
                    .Select(pair => new StyleDeclaration(pair[0], Spaces().Replace(pair[1], " "))),
            ])),
    ];

    private static Dictionary<string, string> Variables(IEnumerable<StyleRule> rules) => rules
        .Where(rule => rule.Selector == ":root")
        .SelectMany(rule => rule.Declarations)
        .Where(declaration => declaration.Name.StartsWith("--", StringComparison.Ordinal))
        .ToDictionary(declaration => declaration.Name, declaration => declaration.Value);

    private static string Resolve(string value, Dictionary<string, string> variables) =>
        Variable().Replace(value, match => variables[match.Groups["name"].Value]);

    /// <summary>One rule a declaration, over all its selectors: a third of the bytes. It asks that no element is coloured by two classes.</summary>
    private static List<StyleRule> ByDeclaration(IEnumerable<StyleRule> rules) =>
    [
        .. rules.SelectMany(rule => rule.Declarations.Select(declaration => (rule.Selector, Declaration: declaration)))
            .GroupBy(pair => pair.Declaration, pair => pair.Selector)
            .Select(group => new StyleRule(string.Join(',', group.Distinct()), [group.Key])),
    ];

    /// <summary>What stands inside the elements wins over a block unless the block insists.</summary>
    private static string Important(IEnumerable<StyleRule> rules, Dictionary<string, string> variables) => string.Concat(rules
        .Select(rule => $"{rule.Selector}{{{string.Join(';', rule.Declarations.Select(d => $"{d.Name}:{Resolve(d.Value, variables)}!important"))}}}\n"));

    private static bool IsDark(string query) => query.Contains("prefers-color-scheme", StringComparison.Ordinal);

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"@media(?<query>[^{]*)\{(?<rules>(?:[^{}]*\{[^{}]*\})*)\s*\}")]
    private static partial Regex Media();

    [GeneratedRegex(@"(?<selector>[^{}]+)\{(?<body>[^{}]*)\}")]
    private static partial Regex Rule();

    [GeneratedRegex(@"var\((?<name>--[a-z-]+)\)")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

public sealed record StyleRule(string Selector, IReadOnlyList<StyleDeclaration> Declarations);

public sealed record StyleDeclaration(string Name, string Value);
