using AngleSharp.Dom;
using Digest.Issues;

namespace Digest.Rendering;

/// <summary>Language and direction, on the document and once more inside, as many clients drop html and body (WCAG 3.1.1).</summary>
internal static class LanguageCheck
{
    private const string Name = "language";

    public static IEnumerable<PreflightFinding> Find(CheckedMail mail)
    {
        var wrapper = mail.Document.Body!.FirstElementChild;
        foreach (var (element, what) in new[] { (mail.Document.DocumentElement, "document"), (wrapper, "outermost element of the body") })
        {
            if (string.IsNullOrWhiteSpace(element?.GetAttribute("lang")))
            {
                yield return Found.Warning(
                    Name, $"The {what} does not say its language.",
                    $"Write lang=\"{mail.Newsletter.Language}\" in templates/_layout.cshtml.");
            }

            if (element?.GetAttribute("dir") is not ("ltr" or "rtl"))
            {
                yield return Found.Warning(
                    Name, $"The {what} does not say its direction.",
                    $"Write dir=\"{Tongue.Of(mail.Newsletter.Language).Direction}\" in templates/_layout.cshtml.");
            }
        }
    }
}
