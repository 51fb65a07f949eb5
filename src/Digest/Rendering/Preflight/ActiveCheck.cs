using AngleSharp.Dom;
using Digest.Issues;

namespace Digest.Rendering;

/// <summary>What no mail client runs and every filter looks for.</summary>
internal static class ActiveCheck
{
    private const string Name = "active";

    private const string Remedy = "Take it out of the template or the story; a mail is words, links and pictures.";

    public static IEnumerable<PreflightFinding> Find(CheckedMail mail)
    {
        foreach (var kind in mail.Document
            .QuerySelectorAll("script,form,input,button,select,textarea,iframe,object,embed,applet,video,audio,link,base,meta[http-equiv=refresh]")
            .GroupBy(element => element.LocalName))
        {
            yield return Found.Error(
                Name, $"The HTML part has {(kind.Count() == 1 ? "an element" : $"{kind.Count()} elements")} <{kind.Key}>.",
                Remedy);
        }

        foreach (var element in mail.Document.All)
        {
            foreach (var attribute in element.Attributes)
            {
                if (attribute.Name.StartsWith("on", StringComparison.Ordinal))
                {
                    yield return Found.Error(Name, $"An element <{element.LocalName}> has a script in {attribute.Name}.", Remedy);
                }
                else if (attribute.Name is "href" or "src" or "background" or "action" && IsScript(attribute.Value))
                {
                    yield return Found.Error(
                        Name, $"An element <{element.LocalName}> has {Found.Quote(attribute.Value)} in {attribute.Name}.",
                        Remedy);
                }
            }
        }
    }

    private static bool IsScript(string target) => target.TrimStart() is var address
        && (address.StartsWith("javascript:", StringComparison.OrdinalIgnoreCase)
            || address.StartsWith("vbscript:", StringComparison.OrdinalIgnoreCase)
            || address.StartsWith("data:", StringComparison.OrdinalIgnoreCase));
}
