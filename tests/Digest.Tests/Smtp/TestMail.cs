using Digest.Rendering;
using Digest.Smtp;

namespace Digest.Tests.Smtp;

/// <summary>One mail to one reader in one piece, to be varied with "with".</summary>
internal sealed record TestMail
{
    public required string FromName { get; init; }

    public required string FromAddress { get; init; }

    public required string ReplyTo { get; init; }

    public required string To { get; init; }

    public required string ReturnPath { get; init; }

    public required string MessageId { get; init; }

    public required DateTimeOffset Date { get; init; }

    public required RenderedMail Content { get; init; }

    public ListHeaders? List { get; init; }

    public required SlotValues Slots { get; init; }

    public MailTemplate Template => new()
    {
        FromName = FromName,
        FromAddress = FromAddress,
        ReplyTo = ReplyTo,
        Date = Date,
        Content = Content,
        List = List,
    };

    public ReaderValues Reader => new(To, MessageId, Slots);
}
