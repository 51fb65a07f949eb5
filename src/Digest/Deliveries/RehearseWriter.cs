using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Settings;
using Digest.Smtp;

namespace Digest.Deliveries;

/// <summary>Writes readers' messages as a lane would, each variant encoded once, and lets go of them. Safe to share between threads.</summary>
internal sealed class RehearseWriter
{
    /// <summary>RFC 5321 section 4.5.3.1.3, without the angle brackets of a path.</summary>
    private const int LongestAddress = 254;

    private readonly IssueMail issueMail;
    private readonly Issue issue;
    private readonly Dictionary<string, (FrozenIssue? Frozen, string? Problem)> variants;

    public RehearseWriter(IssueMail issueMail, MessageComposer composer, Newsletter newsletter, Issue issue, IEnumerable<IssueContent> contents)
    {
        (this.issueMail, this.issue) = (issueMail, issue);
        variants = contents.ToDictionary(content => content.Variant, content => Encode(composer, newsletter, RenderedMail.Of(content)));
    }

    /// <returns>Bytes on the wire, or why there is no message; the reason names no address.</returns>
    public (int Bytes, string? Failure) Write(RehearsedReader reader)
    {
        if (!variants.TryGetValue(reader.Variant, out var variant))
        {
            return (0, $"The issue has no content for the variant '{reader.Variant}'.");
        }

        if (variant.Frozen is not { } frozen)
        {
            return (0, variant.Problem);
        }

        try
        {
            if (WireAddress.Of(reader.Address).Length > LongestAddress)
            {
                return (0, "The address is longer than mail servers take.");
            }

            using var ready = Ready(frozen, reader);
            Stream.Null.Write(ready.Message.Bytes.Span);
            return HasSlot(ready.Message.Bytes.Span) ? (0, "A slot is left in the message.") : (ready.Message.Size, null);
        }
        catch (RefusedException refused)
        {
            return (0, refused.Message);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return (0, $"The message cannot be written; it is an error of the program ({error.GetType().Name}).");
        }
    }

    private (FrozenIssue? Frozen, string? Problem) Encode(MessageComposer composer, Newsletter newsletter, RenderedMail content)
    {
        try
        {
            var mail = issueMail.Template(newsletter, issue, content, issue.DueAt);
            var frozen = new FrozenIssue(newsletter, issue, mail, composer.Prepare(mail));
            using var probe = Ready(frozen, RehearseHeaders.Probe);
            // What is wrong with the headers of one is wrong with everybody's.
            return RehearseHeaders.Find(newsletter, probe.Message.Bytes).FirstOrDefault(finding => finding.Severity == PreflightSeverity.Error) is { } wrong
                ? (null, wrong.Finding)
                : (frozen, null);
        }
        catch (RefusedException refused)
        {
            return (null, refused.Message);
        }
    }

    private WireMail Ready(FrozenIssue frozen, RehearsedReader reader) => issueMail.Write(frozen, new Claim(
        new LedgerKey(LedgerKind.Delivery, issue.Id, reader.SubscriberId), reader.Variant, issue.NewsletterId, reader.Address, reader.AddressKey,
        reader.TokenVersion, Attempts: 0));

    /// <summary>Below the header, where an address may hold braces of its own.</summary>
    private static bool HasSlot(ReadOnlySpan<byte> message) => message[(message.IndexOf("\r\n\r\n"u8) + 4)..].IndexOf("{{"u8) >= 0;
}
