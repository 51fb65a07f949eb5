using Digest.Issues;

namespace Digest.Rendering;

/// <summary>How to leave and who sends it, in both parts (RFC 8058, 15 U.S.C. 7704(a)(3) and (5)).</summary>
internal static class LeavingCheck
{
    private const string Name = "leaving";

    private const string Address = "address";

    public static IEnumerable<PreflightFinding> Find(CheckedMail mail)
    {
        if (!mail.Links.Any(link => link.Target == Slots.UnsubscribeUrl))
        {
            yield return Found.Error(
                Name, "The HTML part has no link to unsubscribe.",
                $"Link to {Slots.UnsubscribeUrl} in templates/_layout.cshtml.");
        }

        if (!mail.Mail.Text.Contains(Slots.UnsubscribeUrl, StringComparison.Ordinal))
        {
            yield return Found.Error(
                Name, "The text part does not say where to unsubscribe.",
                $"Write {Slots.UnsubscribeUrl} in templates/_layout.text.cshtml.");
        }

        if (!mail.Links.Any(link => link.Target == Slots.PreferencesUrl))
        {
            yield return Found.Warning(
                Name, "The HTML part has no link to the reader's preferences.",
                $"Link to {Slots.PreferencesUrl} in templates/_layout.cshtml.");
        }

        if (!mail.Mail.Text.Contains(Slots.PreferencesUrl, StringComparison.Ordinal))
        {
            yield return Found.Warning(
                Name, "The text part does not say where the reader's preferences are.",
                $"Write {Slots.PreferencesUrl} in templates/_layout.text.cshtml.");
        }

        var lines = mail.Newsletter.PostalAddress.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0)
        {
            yield return Found.Error(
                Address, "The newsletter has no postal address.",
                "Set postal_address in its settings file, apply it and assemble again.");
        }

        foreach (var (part, letters) in new[] { ("HTML", CheckedMail.Letters(mail.Words)), ("text", CheckedMail.Letters(mail.Mail.Text)) })
        {
            if (Array.Find(lines, line => !letters.Contains(CheckedMail.Letters(line), StringComparison.Ordinal)) is { } missing)
            {
                yield return Found.Error(Address, $"The {part} part lacks {Found.Quote(missing)} of the postal address.",
                    $"Write the newsletter's postal address in templates/_layout.{(part == "text" ? "text." : "")}cshtml.");
            }
        }
    }
}
