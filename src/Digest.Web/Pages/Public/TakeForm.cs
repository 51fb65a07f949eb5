using Digest.Feedback;

namespace Digest.Web.Pages.Public;

/// <summary>The form that asks how it was, wherever it stands.</summary>
/// <param name="Action">Where it is sent, and for which form its stamp is good.</param>
/// <param name="Stamp">When it was shown, signed.</param>
public sealed record TakeForm(string Action, string Stamp)
{
    /// <summary>Filled in by programs only: such a take is thanked for like any other and dropped.</summary>
    public const string DecoyField = "homepage";

    /// <summary>What can be chosen, in kind words.</summary>
    public static readonly IReadOnlyList<(TakeRating Rating, string Key, string Words)> Choices =
    [
        (TakeRating.Good, "good", "It was good"),
        (TakeRating.Fair, "fair", "It was all right"),
        (TakeRating.Poor, "poor", "It fell short"),
    ];

    public TakeRating? Rating { get; init; }

    public string Text { get; init; } = "";

    public string Address { get; init; } = "";

    /// <summary>Why it was not taken.</summary>
    public string? Problem { get; init; }

    /// <summary>What a link or a form says of the rating; anything else is none.</summary>
    public static TakeRating? RatingOf(string? key) => Choices.Where(choice => choice.Key == key).Select(choice => (TakeRating?)choice.Rating).FirstOrDefault();
}
