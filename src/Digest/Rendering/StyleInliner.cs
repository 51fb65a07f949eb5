using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Digest.Rendering;

/// <summary>Writes a sheet's rules into the elements they select, as clients that drop style blocks need it.</summary>
internal static class StyleInliner
{
    /// <summary>A later rule wins over an earlier one, whatever its selector; what an element says of itself wins over all.</summary>
    public static void Apply(StyleSheet sheet, IHtmlDocument document)
    {
        var styles = new Dictionary<IElement, List<StyleDeclaration>>();
        foreach (var rule in sheet.Rules)
        {
            foreach (var element in document.QuerySelectorAll(rule.Selector))
            {
                if (!styles.TryGetValue(element, out var declarations))
                {
                    styles[element] = declarations = [];
                }

                foreach (var declaration in rule.Declarations)
                {
                    declarations.RemoveAll(earlier => earlier.Name == declaration.Name);
                    declarations.Add(declaration);
                }
            }
        }

        foreach (var (element, declarations) in styles)
        {
            var own = element.GetAttribute("style");
            var inherited = string.Join(';', declarations.Select(declaration => $"{declaration.Name}:{declaration.Value}"));
            element.SetAttribute("style", own is null ? inherited : $"{inherited};{own}");
        }
    }
}
