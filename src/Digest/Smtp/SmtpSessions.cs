using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace Digest.Smtp;

/// <summary>Makes sessions; one for each lane.</summary>
public sealed class SmtpSessions(IOptions<SmtpSettings> settings, TimeProvider time)
{
    private readonly X509Certificate2Collection? authorities = settings.Value.ReadAuthorities();

    /// <summary>A session that is not connected yet.</summary>
    public SmtpSession Create() => new(settings.Value, authorities, time);
}
