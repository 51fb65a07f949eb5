using Digest.Newsletters;

namespace Digest.Rendering;

/// <summary>What fills the slots for one reader; ASCII URLs, safe in HTML attributes and text alike.</summary>
public sealed record SlotValues(string UnsubscribeUrl, string PreferencesUrl, string ConfirmUrl = "")
{
    /// <summary>For a look at a mail: links that no token of a reader's opens.</summary>
    public static SlotValues Inert(PublicUrls urls) => new(urls.Unsubscribe("preview"), urls.Preferences("preview"));

    public string Fill(string template) => template
        .Replace(Slots.UnsubscribeUrl, UnsubscribeUrl, StringComparison.Ordinal)
        .Replace(Slots.PreferencesUrl, PreferencesUrl, StringComparison.Ordinal)
        .Replace(Slots.ConfirmUrl, ConfirmUrl, StringComparison.Ordinal);

    public RenderedMail Fill(RenderedMail mail) => mail with { Html = Fill(mail.Html), Text = Fill(mail.Text) };
}
