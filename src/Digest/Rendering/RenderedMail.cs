namespace Digest.Rendering;

/// <summary>A mail's words before anybody is addressed: both parts still carry their slots.</summary>
/// <param name="Subject">One line, no encoded-words yet.</param>
/// <param name="Preheader">First text of the body, what inboxes show beside the subject.</param>
/// <param name="Html">A whole HTML document.</param>
/// <param name="Text">The text twin, CRLF line ends, at most 78 columns where no URL is longer.</param>
public sealed record RenderedMail(string Subject, string Preheader, string Html, string Text);
