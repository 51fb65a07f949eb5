using Digest.Rendering;

namespace Digest.Smtp;

/// <summary>One mail to one reader, complete but for its encoding. The same values give the same bytes on every try.</summary>
public sealed record OutgoingMail
{
    public required string FromName { get; init; }

    public required string FromAddress { get; init; }

    public required string ReplyTo { get; init; }

    /// <summary>The reader's address as typed.</summary>
    public required string To { get; init; }

    /// <summary>VERP envelope sender; the same on every try (RFC 6647: greylisting).</summary>
    public required string ReturnPath { get; init; }

    /// <summary>Without angle brackets; the same on every try.</summary>
    public required string MessageId { get; init; }

    /// <summary>Fixed when the issue was queued or the notice written, not at the try.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>Both parts with their slots filled.</summary>
    public required RenderedMail Content { get; init; }

    /// <summary>List headers, for an issue; a notice has none.</summary>
    public ListHeaders? List { get; init; }
}

/// <param name="Name">Human-readable name before the List-Id.</param>
/// <param name="Id">Right side of List-Id (RFC 2919).</param>
/// <param name="UnsubscribeUrl">The one HTTPS URI of List-Unsubscribe, answered by a one-click POST (RFC 8058).</param>
/// <param name="HelpUrl">List-Help.</param>
/// <param name="FeedbackId">Feedback-ID, nothing in it per recipient.</param>
public sealed record ListHeaders(string Name, string Id, string UnsubscribeUrl, string HelpUrl, string FeedbackId);
