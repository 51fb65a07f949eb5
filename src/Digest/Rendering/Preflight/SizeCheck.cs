using System.Globalization;
using Digest.Issues;

namespace Digest.Rendering;

/// <summary>Whether clients show the mail whole, with every slot as long as a reader's link can be.</summary>
internal static class SizeCheck
{
    private const string Name = "size";

    /// <summary>Gmail cuts a part that is larger, and the way to leave is at its end (checklist A14).</summary>
    private const int CutAt = 102_400;

    /// <summary>A reader's link is shorter (checklist B11).</summary>
    private static readonly string LongestLink = new('x', 300);

    public static IEnumerable<PreflightFinding> Find(CheckedMail mail)
    {
        var (decoded, encoded) = MailSize.Of(new SlotValues(LongestLink, LongestLink, LongestLink).Fill(mail.Mail.Html));
        var size = string.Create(CultureInfo.InvariantCulture, $"The HTML part has {decoded:N0} bytes, {encoded:N0} encoded, with the longest links");
        if (decoded > CutAt || encoded > CutAt)
        {
            yield return Found.Error(Name, string.Create(CultureInfo.InvariantCulture, $"{size}; Gmail cuts it at {CutAt:N0} and hides the way to leave."),
                "Shorten the lead or the newsletter's words, then assemble again.");
        }
        else if (!MailSize.Fits(mail.Mail.Html))
        {
            yield return Found.Warning(Name, string.Create(CultureInfo.InvariantCulture, $"{size}; beyond {MailSize.MaximumBytes:N0} some clients cut it."),
                "Shorten the lead or the newsletter's words, then assemble again.");
        }
    }
}
