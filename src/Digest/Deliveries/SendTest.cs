using Digest.Issues;
using Digest.Newsletters;
using Digest.Settings;
using Digest.Smtp;

namespace Digest.Deliveries;

/// <summary>Sends an issue's frozen content to one address, subject marked [Test], with unsubscribe links that change nothing.</summary>
public sealed class SendTest
{
    /// <exception cref="RefusedException">The address cannot be mailed to, or the issue has no content.</exception>
    public Task<SmtpOutcome> RunAsync(Newsletter newsletter, Issue issue, string address, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{newsletter}{issue}{address}");
}
