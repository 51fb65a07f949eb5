namespace Digest.Web.Pages.Public;

/// <summary>What a take's form sends, as it came.</summary>
public sealed record TakeFields(string? Rating, string? Text, string? Address, string? Stamp, string? Decoy)
{
    public static TakeFields Of(IFormCollection form) =>
        new(form["rating"], form["text"], form["address"], form["stamp"], form[TakeForm.DecoyField]);

    /// <summary>A fresh form with what was typed.</summary>
    public TakeForm Again(TakeForm fresh, string problem) => fresh with
    {
        Rating = TakeForm.RatingOf(Rating),
        // A form sends CR LF, and a browser that is given a CR as a reference keeps it.
        Text = Text?.ReplaceLineEndings("\n") ?? "",
        Address = Address ?? "",
        Problem = problem,
    };
}
