using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Settings;
using Digest.Smtp;
using Digest.Subscribers;
using Microsoft.Extensions.Options;

namespace Digest.Deliveries;

/// <summary>
/// The headers that frozen content will have, for the issue's preflight: whoever approves sees them. Composed without a
/// signature, as not every host that assembles has the key; <c>digest preflight</c> and the rehearsal look at the signed message.
/// </summary>
internal sealed class FrozenHeaders(Tokens tokens, PublicUrls urls, MessageIds messageIds, ReturnPaths returnPaths) : IContentCheck, IDisposable
{
    private readonly IssueMail mail = new(tokens, urls, messageIds, returnPaths);

    private readonly MessageComposer composer = new(Options.Create(new DkimSettings()));

    public IReadOnlyList<PreflightFinding> Find(Newsletter newsletter, Issue issue, RenderedMail content, string variant)
    {
        try
        {
            return RehearseHeaders.Find(mail, composer, newsletter, issue, content, variant);
        }
        catch (RefusedException refused)
        {
            return [new PreflightFinding("headers", PreflightSeverity.Error, refused.Message, "Look at the newsletter's sender; no message can be composed.", variant)];
        }
    }

    public void Dispose() => composer.Dispose();
}
