using Digest.Issues;
using Digest.Newsletters;

namespace Digest.Rendering;

/// <summary>
/// Looks at a mail before it is frozen, as a careful editor would: pure, and some milliseconds for an issue. What only a
/// composed message can show, its headers, is an <see cref="IContentCheck"/> of where messages are composed.
/// </summary>
public static class Preflight
{
    /// <summary>Name of the check of subjects.</summary>
    public const string OfSubject = "subject";

    /// <summary>Findings of one check that are told one by one; the rest is a number.</summary>
    private const int Told = 6;

    private static readonly Func<CheckedMail, IEnumerable<PreflightFinding>>[] Checks =
    [
        LeavingCheck.Find, SubjectCheck.Find, PreheaderCheck.Find, LeftoverCheck.Find, ActiveCheck.Find, SizeCheck.Find, LinkCheck.Find,
        ImageCheck.Find, HeadingCheck.Find, LanguageCheck.Find, TableCheck.Find, ContrastCheck.Find, SpamCheck.Find, TwinCheck.Find,
    ];

    /// <param name="newsletter">Whose mail it is.</param>
    /// <param name="mail">With its slots.</param>
    /// <param name="variant">Named in each finding; empty for the whole.</param>
    /// <returns>Errors first.</returns>
    public static IReadOnlyList<PreflightFinding> Check(Newsletter newsletter, RenderedMail mail, string variant)
    {
        var read = new CheckedMail(newsletter, mail);
        return
        [
            .. Checks.SelectMany(check => Short([.. check(read)]))
                .Select(finding => finding with { Variant = variant }).OrderBy(finding => finding.Severity),
        ];
    }

    /// <summary>Thirty links of one kind are one thing to mend.</summary>
    private static IEnumerable<PreflightFinding> Short(IReadOnlyList<PreflightFinding> found) =>
        found.GroupBy(finding => (finding.Check, finding.Severity)).SelectMany(same => same.Count() <= Told
            ? same
            : same.Take(Told - 1).Append(same.Last() with { Finding = $"{same.Count() - Told + 1} more of the check “{same.Key.Check}”." }));
}
