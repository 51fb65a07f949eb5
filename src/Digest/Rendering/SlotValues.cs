namespace Digest.Rendering;

/// <summary>What fills the slots for one reader; ASCII URLs, safe in HTML attributes and text alike.</summary>
public sealed record SlotValues(string UnsubscribeUrl, string PreferencesUrl, string ConfirmUrl = "")
{
    public string Fill(string template) => template
        .Replace(Slots.UnsubscribeUrl, UnsubscribeUrl, StringComparison.Ordinal)
        .Replace(Slots.PreferencesUrl, PreferencesUrl, StringComparison.Ordinal)
        .Replace(Slots.ConfirmUrl, ConfirmUrl, StringComparison.Ordinal);

    public RenderedMail Fill(RenderedMail mail) => mail with { Html = Fill(mail.Html), Text = Fill(mail.Text) };
}
