using Digest.Rendering;

namespace Digest.Smtp;

/// <summary>What all readers of a mail get alike. The same values give the same bytes, whenever and wherever.</summary>
public sealed record MailTemplate
{
    public required string FromName { get; init; }

    public required string FromAddress { get; init; }

    public required string ReplyTo { get; init; }

    /// <summary>Fixed when the issue was queued or the notice written, not at the try.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>Both parts, still with their slots.</summary>
    public required RenderedMail Content { get; init; }

    /// <summary>List headers, for an issue; a notice has none.</summary>
    public ListHeaders? List { get; init; }
}

/// <param name="Name">Human-readable name before the List-Id.</param>
/// <param name="Id">Right side of List-Id (RFC 2919).</param>
/// <param name="HelpUrl">List-Help.</param>
/// <param name="FeedbackId">Feedback-ID, nothing in it per recipient.</param>
public sealed record ListHeaders(string Name, string Id, string HelpUrl, string FeedbackId);
