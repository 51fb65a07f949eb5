using Microsoft.AspNetCore.Mvc;

namespace Digest.Web.Pages.Public;

/// <summary>What a take's form sends, as it came.</summary>
public sealed class TakeFields
{
    [FromForm(Name = "rating")]
    public string? Rating { get; set; }

    [FromForm(Name = "text")]
    public string? Text { get; set; }

    [FromForm(Name = "address")]
    public string? Address { get; set; }

    [FromForm(Name = "stamp")]
    public string? Stamp { get; set; }

    [FromForm(Name = TakeForm.DecoyField)]
    public string? Decoy { get; set; }

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
