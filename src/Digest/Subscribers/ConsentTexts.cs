namespace Digest.Subscribers;

/// <param name="Version">Kept with the evidence; the words under a version are never changed, a change is a new version.</param>
/// <param name="Words">What the person saw; {0} is the newsletter's name.</param>
public sealed record ConsentText(string Version, string Words);

/// <summary>Every wording under which anybody ever signed up (GDPR Art. 7(1): consent must be demonstrable). Append-only.</summary>
public static class ConsentTexts
{
    public static readonly IReadOnlyList<ConsentText> All =
    [
        new("sign-up-1",
            "By signing up you ask for {0} by e-mail, once a week. We first send one mail to confirm that the address is yours. "
            + "We keep the address for this alone, count no opens and no clicks, and every issue can be left with one click."),
    ];

    /// <summary>The one that is shown where people sign up today.</summary>
    public static ConsentText Current => All[^1];
}
