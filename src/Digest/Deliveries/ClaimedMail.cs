using Digest.Settings;
using Digest.Smtp;

namespace Digest.Deliveries;

/// <summary>From a claim to the message on the wire, before anything of it is begun.</summary>
public sealed class ClaimedMail(FrozenIssues frozenIssues, IssueMail issueMail, NoticeMail noticeMail)
{
    /// <exception cref="NotComposedException">Nothing was said to a relay yet; it carries the outcome.</exception>
    public async ValueTask<WireMail> ComposeAsync(Claim claim, CancellationToken cancellationToken)
    {
        try
        {
            _ = WireAddress.Of(claim.Address);
            return await WriteAsync(claim, cancellationToken);
        }
        catch (Exception error)
        {
            throw new NotComposedException(error);
        }
    }

    private async ValueTask<WireMail> WriteAsync(Claim claim, CancellationToken cancellationToken)
    {
        try
        {
            if (claim.Key.Kind == LedgerKind.Notice)
            {
                // Rendered for this one reader, and the first of a kind compiled: other lanes do not wait for that.
                return await Task.Run(() => noticeMail.WriteAsync(claim, cancellationToken), cancellationToken);
            }

            var frozen = await frozenIssues.GetAsync(claim, cancellationToken);
            // Nor for a signature.
            return frozen.Template.Signs
                ? await Task.Run(() => issueMail.Write(frozen, claim), cancellationToken)
                : issueMail.Write(frozen, claim);
        }
        catch (RefusedException ours)
        {
            // The reader's address has just been found good: what is refused now would be refused for everybody.
            throw new InvalidDataException(ours.Message, ours);
        }
    }
}
