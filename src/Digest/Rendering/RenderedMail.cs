using Digest.Issues;

namespace Digest.Rendering;

/// <summary>A mail's words before anybody is addressed: both parts still carry their slots.</summary>
/// <param name="Subject">One line, no encoded-words yet.</param>
/// <param name="Preheader">First text of the body, what inboxes show beside the subject.</param>
/// <param name="Html">A whole HTML document.</param>
/// <param name="Text">The text twin, CRLF line ends, at most 78 columns where no URL is longer.</param>
public sealed record RenderedMail(string Subject, string Preheader, string Html, string Text)
{
    /// <summary>The subject before it was cut to what inboxes show; none of a mail that was frozen, which does not keep it.</summary>
    public string? WholeSubject { get; init; }

    /// <summary>As it was frozen.</summary>
    public static RenderedMail Of(IssueContent content) => new(content.Subject, content.Preheader, content.Html, content.Text);
}
