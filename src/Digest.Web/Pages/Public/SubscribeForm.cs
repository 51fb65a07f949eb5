using System.Globalization;
using Digest.Newsletters;
using Digest.Subscribers;

namespace Digest.Web.Pages.Public;

/// <summary>The form that asks for an address, wherever it stands.</summary>
/// <param name="Newsletter">To what.</param>
/// <param name="Address">What was typed before, when it has to be mended.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record SubscribeForm(Newsletter Newsletter, string? Address = null, string? Problem = null)
{
    /// <summary>Filled in by programs only: such a sign-up is answered like any other and dropped.</summary>
    public const string DecoyField = "website";

    public string Consent => string.Format(CultureInfo.InvariantCulture, ConsentTexts.Current.Words, Newsletter.Name);
}
