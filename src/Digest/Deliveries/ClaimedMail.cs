using Digest.Settings;
using Digest.Smtp;

namespace Digest.Deliveries;

/// <summary>A message ready for the wire, and its envelope sender.</summary>
public sealed record ReadyMail(WireMessage Message, string ReturnPath) : IDisposable
{
    public void Dispose() => Message.Dispose();
}

/// <summary>From a claim to the message on the wire, before anything of it is begun.</summary>
public sealed class ClaimedMail(FrozenIssues frozenIssues, IssueMail issueMail, NoticeMail noticeMail)
{
    /// <exception cref="RefusedException">The reader's address cannot be written in a message.</exception>
    /// <exception cref="InvalidDataException">The content is not what was approved, or the newsletter's own header cannot be written.</exception>
    public async Task<ReadyMail> ComposeAsync(Claim claim, CancellationToken cancellationToken)
    {
        _ = WireAddress.Of(claim.Address);
        try
        {
            return claim.Key.Kind == LedgerKind.Notice
                ? await noticeMail.WriteAsync(claim, cancellationToken)
                : issueMail.Write(await frozenIssues.GetAsync(claim.Key.Id, claim.Which, cancellationToken), claim);
        }
        catch (RefusedException ours)
        {
            // The reader's address has just been found good: what is refused now would be refused for everybody.
            throw new InvalidDataException(ours.Message, ours);
        }
    }
}
