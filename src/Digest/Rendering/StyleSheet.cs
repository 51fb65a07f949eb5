using System.Text;
using System.Text.RegularExpressions;
using Digest.Newsletters;
using Digest.Settings;

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
    private const string Root = ":root";

    public const string FileName = "mail.css";

    /// <summary>The sheet in a newsletter's colours: its accents are the file's <c>--accent</c>.</summary>
    /// <exception cref="InputException">The file uses a property that it does not declare, or holds something that is no declaration.</exception>
    public static StyleSheet Parse(string css, Brand brand)
    {
        var source = Comment().Replace(css, "");
        var blocks = Media().Matches(source)
            .ToLookup(media => Spaces().Replace(media.Groups["query"].Value.Trim(), " "), media => RulesOf(media.Groups["rules"].Value));
        var all = RulesOf(Media().Replace(source, ""));
        var dark = blocks.Where(block => IsDark(block.Key)).SelectMany(block => block).SelectMany(rules => rules).ToList();

        var light = Variables(all, [], brand.Accent);
        var night = Variables(dark, light, brand.AccentDark);

        var rules = all.Where(rule => rule.Selector != Root).ToList();
        var changed = ByDeclaration(rules.Select(rule => Changed(rule, light, night)).Concat(dark.Where(rule => rule.Selector != Root)));
        var head = new StringBuilder(":root{color-scheme:light dark;supported-color-schemes:light dark}\n");
        foreach (var block in blocks.Where(block => !IsDark(block.Key)))
        {
            head.Append("@media ").Append(block.Key).Append('{').Append(Important(block.SelectMany(found => found), light)).Append("}\n");
        }

        head.Append("@media (prefers-color-scheme:dark){").Append(Important(changed, night)).Append("}\n");
        // Outlook.com ignores the query and marks what it darkens instead.
        head.Append(Important(changed.Select(rule => rule.Below("[data-ogsc]")), night));
        return new StyleSheet([.. rules.Select(rule => Resolved(rule, light))], head.ToString());
    }

    private static List<StyleRule> RulesOf(string css) =>
    [
        .. Rule().Matches(css).Select(rule => new StyleRule(
            Spaces().Replace(rule.Groups["selector"].Value.Trim(), " ").Replace(", ", ",", StringComparison.Ordinal),
            [
                .. rule.Groups["body"].Value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select(declaration => declaration.Split(':', 2, StringSplitOptions.TrimEntries) is [var name, var value]
                        ? new StyleDeclaration(name, Spaces().Replace(value, " "))
                        : throw Problem($"holds '{declaration}', which is no declaration.")),
            ])),
    ];

    /// <summary>The custom properties that the rules declare, over those that hold otherwise.</summary>
    private static Dictionary<string, string> Variables(List<StyleRule> rules, Dictionary<string, string> otherwise, string accent)
    {
        var variables = new Dictionary<string, string>(otherwise);
        foreach (var declaration in rules.Where(rule => rule.Selector == Root).SelectMany(rule => rule.Declarations))
        {
            variables[declaration.Name] = declaration.Value;
        }

        variables["--accent"] = accent;
        return variables;
    }

    /// <summary>What of a rule is another colour at night.</summary>
    private static StyleRule Changed(StyleRule rule, Dictionary<string, string> light, Dictionary<string, string> night) => rule with
    {
        Declarations = [.. rule.Declarations.Where(declaration => Resolve(declaration.Value, light) != Resolve(declaration.Value, night))],
    };

    private static StyleRule Resolved(StyleRule rule, Dictionary<string, string> variables) =>
        rule with { Declarations = [.. rule.Declarations.Select(declaration => declaration with { Value = Resolve(declaration.Value, variables) })] };

    private static string Resolve(string value, Dictionary<string, string> variables) =>
        Variable().Replace(value, match => variables.TryGetValue(match.Groups["name"].Value, out var found)
            ? found
            : throw Problem($"uses {match.Value}, which :root does not declare."));

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

    private static InputException Problem(string message) => new([new InputProblem(FileName, Line: null, Field: null, message)]);

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

/// <param name="Selector">One, or several parted by commas.</param>
/// <param name="Declarations">In the order of the file.</param>
public sealed record StyleRule(string Selector, IReadOnlyList<StyleDeclaration> Declarations)
{
    public StyleRule Below(string ancestor) =>
        this with { Selector = string.Join(',', Selector.Split(',').Select(selector => $"{ancestor} {selector}")) };
}

public sealed record StyleDeclaration(string Name, string Value);
