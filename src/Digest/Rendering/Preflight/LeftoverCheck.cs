using System.Text.RegularExpressions;
using AngleSharp.Dom;
using Digest.Issues;

namespace Digest.Rendering;

/// <summary>What was meant to be filled in or taken out: code samples aside, where signs stand for themselves.</summary>
internal static partial class LeftoverCheck
{
    private const string Name = "leftovers";

    private static readonly string[] Spoken = ["alt", "title", "aria-label"];

    public static IEnumerable<PreflightFinding> Find(CheckedMail mail)
    {
        foreach (var (place, words) in Places(mail))
        {
            if (Placeholder().Match(WithoutSlots(words)) is { Success: true } placeholder)
            {
                yield return Found.Error(Name, $"{place} holds {Found.Quote(placeholder.Value)}, which nothing fills.",
                    "Take it out, or put it into code signs if it is meant to be read; then assemble again.");
            }
            else if (Note().Match(words) is { Success: true } note)
            {
                yield return Found.Warning(
                    Name, $"{place} holds {Found.Quote(note.Value)}, which looks left over.",
                    "Finish the sentence or take it out, then assemble again.");
            }
        }

        // The twin has no mark for code; a story's own double braces are parted (TemplateSlots), so these are a template's.
        if (Braces().Match(WithoutSlots(mail.Mail.Text)) is { Success: true } braces)
        {
            yield return Found.Error(
                Name, $"The text part holds {Found.Quote(braces.Value)}, which is no slot.",
                "Mend the template of the text part, then assemble again.");
        }
    }

    private static IEnumerable<(string Place, string Words)> Places(CheckedMail mail) =>
    [
        ("The subject", mail.Mail.Subject),
        ("The preheader", mail.Mail.Preheader),
        // A placeholder of a target is a link that leads nowhere, and may be a slot of another name.
        .. mail.Links.Where(link => link.Target?.Contains("{{", StringComparison.Ordinal) == true).Select(link => (link.Place, link.Target!)),
        .. mail.Passages.Where(passage => !passage.IsCode && passage.Words.Trim() != mail.Mail.Preheader).Select(passage => (passage.Place, passage.Words)),
        .. mail.Document.Body!.QuerySelectorAll("[alt],[title],[aria-label]").SelectMany(element => Spoken
            .Select(name => element.GetAttribute(name)).OfType<string>()
            .Where(said => said != mail.Mail.Subject && !element.TextContent.Contains(said, StringComparison.Ordinal))
            .Select(said => ($"The name of an element {Found.Quote(said)}", said))),
    ];

    private static string WithoutSlots(string words) =>
        words.Contains("{{", StringComparison.Ordinal) ? Slots.All.Aggregate(words, (text, slot) => text.Replace(slot, "", StringComparison.Ordinal)) : words;

    /// <summary>Of template languages and mailing programs.</summary>
    [GeneratedRegex(@"\{\{[^{}\n]*(\}\})?|\{%[^%\n]*%?\}?|<%[^%\n]*%>|%%\w+%%|\*\|\w+\|\*|\[\[\w[^\[\]\n]*\]\]|\$\{\w+\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\{\{[^{}\r\n]*(\}\})?")]
    private static partial Regex Braces();

    [GeneratedRegex(@"\b(TODO|FIXME|XXX|TKTK)\b|(?i:\blorem ipsum\b)|^\s*(?i:untitled)\s*$")]
    private static partial Regex Note();
}
