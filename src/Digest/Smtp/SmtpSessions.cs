using System.Security.Cryptography.X509Certificates;

namespace Digest.Smtp;

/// <summary>Makes sessions with one relay; one for each lane.</summary>
public sealed class SmtpSessions(SmtpSettings settings, TimeProvider time)
{
    private readonly X509Certificate2Collection? authorities = settings.ReadAuthorities();

    /// <summary>A session that is not connected yet.</summary>
    public SmtpSession Create() => new(settings, authorities, time);
}
